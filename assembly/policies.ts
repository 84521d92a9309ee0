// Policies: which free block an allocation is taken from. Each is one function that puts the cursor on the
// block it chooses, or says that there is none; taking the range is the same for all (free-tree.ts).
// To add one: a function here, a line in `choose`, a number in record.ts, a name in src/policy.ts, and its
// rule in the tests' models.
//
// Surveyed by P. R. Wilson, M. S. Johnstone, M. Neely and D. Boles, Dynamic Storage Allocation: A Survey and
// Critical Review (1995).

import { fits } from "./alignment";
import { seekBlockAfter } from "./engines/tree/free-tree";
import { entryA, entryB, seekAddress, seekFit, seekFitFrom, setSlot, slot } from "./engines/tree/cursor";
import { seekSmallest, startBySize, stepToLarger } from "./engines/tree/size-order";
import { largestOf } from "./engines/tree/tree";
import {
  BEST_FIT,
  FIRST_FIT,
  Handle,
  NEXT_FIT,
  addressTree,
  policyOf,
  roverOf,
  sizeTree,
} from "./record";

/**
 * Put the cursor on the free block from which to take `size` at a multiple of `alignment`; false if none can
 * hold it. O(log n) for alignment 1. Otherwise blocks that are large enough but lie badly are passed over one
 * by one; none of `size + alignment - 1` or more ever does.
 */
@inline
export function choose<T>(a: Handle, size: T, alignment: T): bool {
  if (size > largestOf<T>(addressTree(a))) return false;
  if (policyOf(a) != FIRST_FIT || alignment != 1) return chooseByPolicy<T>(a, size, alignment);
  seekFit<T>(addressTree(a), size); // the usual case, without a detour
  return true;
}

function chooseByPolicy<T>(a: Handle, size: T, alignment: T): bool {
  const policy = policyOf(a);
  if (policy == FIRST_FIT) return firstFit<T>(a, size, alignment);
  if (policy == BEST_FIT) return bestFit<T>(a, size, alignment);
  if (policy == NEXT_FIT) return nextFit<T>(a, size, alignment);
  return worstFit<T>(a, size, alignment);
}

/** The block of lowest address that fits. */
function firstFit<T>(a: Handle, size: T, alignment: T): bool {
  const tree = addressTree(a);
  seekFit<T>(tree, size);
  return alignment == 1 || passOver<T>(a, size, alignment);
}

/** The first block that fits and ends behind the rover, or else the first that fits at all. */
function nextFit<T>(a: Handle, size: T, alignment: T): bool {
  if (
    seekBlockAfter<T>(a, <T>roverOf(a)) &&
    seekFitFrom<T>(addressTree(a), slot(), size) &&
    (alignment == 1 || passOver<T>(a, size, alignment))
  ) {
    return true;
  }
  return firstFit<T>(a, size, alignment);
}

/** The smallest block that fits; of several, the one of lowest address. */
function bestFit<T>(a: Handle, size: T, alignment: T): bool {
  const tree = sizeTree(a);
  let isThere = seekSmallest<T>(tree, size);
  if (alignment != 1) {
    // In the order by size, a is the size and b the start.
    while (isThere && !fits<T>(entryB<T>(), entryA<T>(), size, alignment)) isThere = stepToLarger<T>(tree);
  }
  if (isThere) seekBlock<T>(a, startBySize<T>());
  return isThere;
}

/** The largest block that fits; of several, the one of lowest address. */
function worstFit<T>(a: Handle, size: T, alignment: T): bool {
  const tree = addressTree(a);
  const largest = largestOf<T>(tree);
  // Whatever its place, the largest block fits if it has room for the most padding.
  if (<f64>largest - <f64>size >= <f64>alignment - 1) {
    seekFit<T>(tree, largest);
    return true;
  }
  // Otherwise look, in order of address, for one that fits, and from then on for larger ones.
  let best: T = 0;
  let bestStart: T = 0;
  seekFit<T>(tree, size);
  do {
    if (entryB<T>() > best && fits<T>(entryA<T>(), entryB<T>(), size, alignment)) {
      best = entryB<T>();
      bestStart = entryA<T>();
    }
  } while (best < largest && seekFitFrom<T>(tree, slot() + 1, best ? best + 1 : size));
  if (best) seekBlock<T>(a, bestStart);
  return best != 0;
}

/** On from the block at the cursor, in order of address, to the first that fits aligned; false if there is none. */
function passOver<T>(a: Handle, size: T, alignment: T): bool {
  const tree = addressTree(a);
  while (!fits<T>(entryA<T>(), entryB<T>(), size, alignment)) {
    if (!seekFitFrom<T>(tree, slot() + 1, size)) return false;
  }
  return true;
}

/** Put the cursor on the free block that starts at `start`. */
function seekBlock<T>(a: Handle, start: T): void {
  seekAddress<T>(addressTree(a), start);
  setSlot(slot() - 1);
}
