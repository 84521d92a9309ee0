// Clones: a second allocator in exactly the same state, down to the shape of its trees.

import { appendToList, nextOf, sizeOf, startOf } from "./engines/linked-list";
import { copyTrees } from "./engines/tree/copy";
import {
  Handle,
  LINKED_LIST,
  blocksOf,
  capacityOf,
  createRecord,
  destroyRecord,
  freeMemoryOf,
  headOf,
  isTracked,
  isWide,
  liveOf,
  policyOf,
  roverOf,
  setBlocks,
  setFreeMemory,
  setLive,
  setRover,
  setWide,
} from "./record";
import { LIST_NODE, reserveNodes } from "./storage";

/** The copy; 0, and no change, if the node storage cannot grow. O(n). */
export function cloneAllocator(a: Handle): Handle {
  const isList = policyOf(a) == LINKED_LIST;
  if (isList && !reserveNodes(LIST_NODE, blocksOf(a))) return 0;
  const copy = createRecord(policyOf(a), capacityOf(a), isTracked(a));
  if (!copy) return 0;
  setWide(copy, isWide(a));
  if (!(isWide(a) ? copyTrees<f64, f64>(copy, a) : copyTrees<u32, u32>(copy, a))) {
    destroyRecord(copy);
    return 0;
  }
  if (isList) {
    for (let node = headOf(a); node; node = nextOf(node)) appendToList(copy, startOf(node), sizeOf(node));
  }
  setBlocks(copy, blocksOf(a));
  setFreeMemory(copy, freeMemoryOf(a));
  setRover(copy, roverOf(a));
  setLive(copy, liveOf(a));
  return copy;
}
