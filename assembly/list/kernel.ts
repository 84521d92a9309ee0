// What the list core uses of the shared files, under the names that they are going to have.

export { damage as corruption, damageAt as corruptionAt } from "../damage";
export { BAD_BOUNDS, BAD_COUNT, BAD_LINKS, BAD_LIVE, BAD_ORDER, BAD_SIZE, BAD_SUM } from "../damage";
export { isAddress, isSize } from "../numbers";
export {
  BAD_ARGUMENT,
  DISPOSED,
  INSIDE_BLOCK,
  NODE_STORAGE,
  NOT_ALLOCATED,
  NOT_FREE,
  OK,
  OUT_OF_BOUNDS,
  OUT_OF_MEMORY,
} from "../status";
export {
  ALLOCATOR_NODE as LIST_NODE,
  LIST_NODE as BLOCK_NODE,
  NodeClass,
  giveNode as releaseNode,
  limitStorage,
  nodeBytes,
  reserveNodes as ensureNodes,
  storageBytes,
  takeNode,
  unusedNodes,
} from "../storage";
import { fits as fitsAny, padding as paddingOf } from "../alignment";

export function padding(start: f64, alignment: f64): f64 {
  return paddingOf<f64>(start, alignment);
}

export function fits(start: f64, have: f64, size: f64, alignment: f64): bool {
  return fitsAny<f64>(start, have, size, alignment);
}

const buffer: usize = memory.data(3072, 16);

export function scratch(): usize {
  return buffer;
}
