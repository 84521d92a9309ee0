// Capacity: make an allocator's block longer or shorter. Live ranges keep their addresses.

import { widenTrees } from "./engines/tree/copy";
import { freeRange, takeRange } from "./ranges";
import { Handle, LINKED_LIST, MAX_NARROW, capacityOf, isWide, policyOf, setCapacity } from "./record";
import { NODE_STORAGE, OK } from "./status";
import { LIST_NODE, reserveNodes } from "./storage";

/** Lengthen to `capacity`, no less than it is; what is new is free. OK or NODE_STORAGE. O(log n), O(n) past 2^32. */
export function growTo(a: Handle, capacity: f64): f64 {
  const before = capacityOf(a);
  if (capacity == before) return OK;
  // The free block that follows must not fail once the trees are wide: widening leaves them nodes to spare, and the
  // list has its own made sure of first.
  if (policyOf(a) == LINKED_LIST && !reserveNodes(LIST_NODE, 1)) return NODE_STORAGE;
  if (capacity > MAX_NARROW && !isWide(a) && !widenTrees(a)) return NODE_STORAGE;
  setCapacity(a, capacity);
  const status = freeRange(a, before, capacity - before);
  if (status != OK) setCapacity(a, before);
  return status;
}

/** Shorten to `capacity`, no more than it is. OK, NODE_STORAGE, or NOT_FREE if any of what would go is allocated. O(log n). */
export function shrinkTo(a: Handle, capacity: f64): f64 {
  const before = capacityOf(a);
  if (capacity == before) return OK;
  const status = takeRange(a, capacity, before - capacity);
  if (status < 0) return status;
  setCapacity(a, capacity);
  return OK;
}
