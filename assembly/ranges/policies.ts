// Policies: which free block an allocation is taken from. Each puts the cursor on the block it chooses; taking is the
// same for all. To add one: a function here, a line in `choose`, its number in allocator.ts, its name in the wrapper, and
// its rule in the tests' models.
//
// Surveyed by P. R. Wilson, M. S. Johnstone, M. Neely and D. Boles, Dynamic Storage Allocation: A Survey and Critical
// Review (1995).

import { remove } from "../btree/balance";
import {
  Cursor,
  cursor,
  descend,
  seekAfter,
  seekKey,
  seekNextValue,
  seekValue,
  stepRight,
} from "../btree/cursor";
import { greatestInLeaf, propagate } from "../btree/largest";
import { getKey, getValue, isFull, setValue, VALUES } from "../btree/node";
import { fits, padding } from "../kernel/alignment";
import { NODE_STORAGE, OUT_OF_MEMORY } from "../kernel/status";
import { Allocator, BEST_FIT, ensureInsertions, FIRST_FIT, NEXT_FIT } from "./allocator";
import { take } from "./take";

/**
 * The address of `size` now taken, OUT_OF_MEMORY or NODE_STORAGE. O(log n). The usual case, without padding and without
 * a size index, in one piece.
 */
export function allocateFront(allocator: Allocator, size: Num, label: u32): f64 {
  const tree = allocator.blocks;
  const policy = allocator.policy;
  if (policy == BEST_FIT) return allocate(allocator, size, 1, label);
  if (size > tree.largest) return OUT_OF_MEMORY;
  const at = cursor(0);
  let slot: u32;
  if (policy == NEXT_FIT) {
    choose(allocator, at, size, 1);
    slot = at.slot;
  } else {
    slot = descend(tree, at, VALUES, policy == FIRST_FIT ? size : tree.largest);
    at.slot = slot;
  }
  const leaf: usize = at.leaf;
  const have = getValue(leaf, slot);
  const start: Num = getKey(leaf, slot) - have;
  if (allocator.isTracked) {
    if (isFull(leaf, 0) && !ensureInsertions(allocator, 1)) return NODE_STORAGE;
    take(allocator, at, start, size, label);
  } else {
    if (have == size) {
      remove(tree, at);
      allocator.freeBlocks--;
    } else {
      if (have == greatestInLeaf(tree, at)) propagate(tree, at, 0, have, have - size);
      setValue(leaf, slot, have - size);
    }
    allocator.freeMemory -= size;
    allocator.version++;
  }
  if (policy == NEXT_FIT) allocator.rover = start + size;
  return <f64>start;
}

/**
 * The address of `size` now taken at a multiple of `alignment`, OUT_OF_MEMORY or NODE_STORAGE. O(log n) for alignment 1.
 * Otherwise blocks that are large enough but misaligned are skipped one at a time; none of `size + alignment − 1` is.
 */
export function allocate(allocator: Allocator, size: Num, alignment: Num, label: u32): f64 {
  if (size > allocator.blocks.largest) return OUT_OF_MEMORY;
  const at = cursor(0);
  if (!choose(allocator, at, size, alignment)) return OUT_OF_MEMORY;
  const start: Num = at.key - at.value;
  const address: Num = start + padding<Num>(start, alignment);
  if (!ensureInsertions(allocator, 2)) return NODE_STORAGE;
  if (allocator.policy == BEST_FIT) remove(allocator.sizes, cursor(1));
  take(allocator, at, address, size, label);
  if (allocator.policy == NEXT_FIT) allocator.rover = address + size;
  return <f64>address;
}

/** Whether `allocate` would find room. As `allocate`. */
export function canAllocate(allocator: Allocator, size: Num, alignment: Num): bool {
  return size <= allocator.blocks.largest && firstFit(allocator, cursor(0), size, alignment);
}

function choose(allocator: Allocator, at: Cursor, size: Num, alignment: Num): bool {
  const policy = allocator.policy;
  if (policy == FIRST_FIT) return firstFit(allocator, at, size, alignment);
  if (policy == BEST_FIT) return bestFit(allocator, at, size, alignment);
  if (policy == NEXT_FIT) return nextFit(allocator, at, size, alignment);
  return worstFit(allocator, at, size, alignment);
}

function fitsUnder(at: Cursor, size: Num, alignment: Num): bool {
  return fits<Num>(at.key - at.value, at.value, size, alignment);
}

/** The block of lowest address that fits. */
function firstFit(allocator: Allocator, at: Cursor, size: Num, alignment: Num): bool {
  seekValue(allocator.blocks, at, size);
  return alignment == 1 || skipMisaligned(allocator, at, size, alignment);
}

/** From the block under the cursor on, the first that fits aligned. */
function skipMisaligned(allocator: Allocator, at: Cursor, size: Num, alignment: Num): bool {
  while (!fitsUnder(at, size, alignment)) {
    at.slot++;
    if (!seekNextValue(allocator.blocks, at, size)) return false;
  }
  return true;
}

/** The first block that fits and ends after the rover, or else the first that fits at all. */
function nextFit(allocator: Allocator, at: Cursor, size: Num, alignment: Num): bool {
  seekKey(allocator.blocks, at, allocator.rover + 1);
  if (
    seekNextValue(allocator.blocks, at, size) &&
    (alignment == 1 || skipMisaligned(allocator, at, size, alignment))
  )
    return true;
  return firstFit(allocator, at, size, alignment);
}

/** The smallest block that fits; of several, the one of lowest address. Cursor 1 is on it too, in the size index. */
function bestFit(allocator: Allocator, at: Cursor, size: Num, alignment: Num): bool {
  const sizes = allocator.sizes;
  const bySize = cursor(1);
  let isThere = seekAfter(sizes, bySize, size - 1);
  if (alignment != 1) {
    // In the size index the key is the size, and the value the end.
    while (isThere && !fits<Num>(bySize.value - bySize.key, bySize.key, size, alignment))
      isThere = stepRight(sizes, bySize);
  }
  if (isThere) seekKey(allocator.blocks, at, bySize.value);
  return isThere;
}

/** The largest block that fits; of several, the one of lowest address. */
function worstFit(allocator: Allocator, at: Cursor, size: Num, alignment: Num): bool {
  const blocks = allocator.blocks;
  const largest = blocks.largest;
  // Wherever it lies, the largest block fits if it has room for the most padding.
  if (largest - size >= alignment - 1) {
    seekValue(blocks, at, largest);
    return true;
  }
  // Otherwise look, in order of address, for one that fits, and from then on for larger ones.
  let best: Num = 0;
  let bestEnd: Num = 0;
  seekValue(blocks, at, size);
  do {
    if (at.value > best && fitsUnder(at, size, alignment)) {
      best = at.value;
      bestEnd = at.key;
    }
    at.slot++;
  } while (best < largest && seekNextValue(blocks, at, best != 0 ? best + 1 : size));
  if (best != 0) seekKey(blocks, at, bestEnd);
  return best != 0;
}
