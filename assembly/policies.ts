// Policies: which free block an allocation is taken from. Each is one function that puts the cursor on the
// block it chooses, or says that there is none; taking the range is the same for all (free-tree.ts).
// To add one: a function here, a line in `choose`, a number in record.ts, a name in src/policy.ts, and its
// rule in the tests' models.
//
// Surveyed by P. R. Wilson, M. S. Johnstone, M. Neely and D. Boles, Dynamic Storage Allocation: A Survey and
// Critical Review (1995).

import { seekBlockAfter } from "./engines/tree/free-tree";
import { entryA, entryB, leaf, seekAddress, seekFit, seekFitFrom, setSlot, slot } from "./engines/tree/cursor";
import { seekSmallest, startBySize } from "./engines/tree/size-order";
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

/** Put the cursor on the free block from which to take `size`; false if none can hold it. O(log n). */
export function choose<T>(a: Handle, size: T): bool {
  if (size > largestOf<T>(addressTree(a))) return false;
  const policy = policyOf(a);
  if (policy == FIRST_FIT) firstFit<T>(a, size);
  else if (policy == BEST_FIT) bestFit<T>(a, size);
  else if (policy == NEXT_FIT) nextFit<T>(a, size);
  else worstFit<T>(a);
  return true;
}

/** The block of lowest address that fits. */
function firstFit<T>(a: Handle, size: T): void {
  seekFit<T>(addressTree(a), size);
}

/** The first block that fits and ends behind the rover, or else the first that fits at all. */
function nextFit<T>(a: Handle, size: T): void {
  const tree = addressTree(a);
  if (seekBlockAfter<T>(a, <T>roverOf(a)) && seekFitFrom<T>(tree, slot(), size)) return;
  seekFit<T>(tree, size);
}

/** The smallest block that fits; of several, the one of lowest address. */
function bestFit<T>(a: Handle, size: T): void {
  seekSmallest<T>(sizeTree(a), size);
  seekBlock<T>(a, startBySize<T>());
}

/** The largest block; of several, the one of lowest address. */
function worstFit<T>(a: Handle): void {
  const tree = addressTree(a);
  seekFit<T>(tree, largestOf<T>(tree));
}

/** Put the cursor on the free block that starts at `start`. */
function seekBlock<T>(a: Handle, start: T): void {
  seekAddress<T>(addressTree(a), start);
  setSlot(slot() - 1);
}
