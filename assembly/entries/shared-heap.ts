// The module shared-heap: malloc and its family on a memory that several workers share.

export { malloc_usable_size } from "../heap/realloc";
export { check } from "../heap-shared/check";
export { attach, controlAddress, flush, reclaim, setUp } from "../heap-shared/life";
export {
  aligned_alloc,
  calloc,
  free,
  malloc,
  posix_memalign,
  realloc,
} from "../heap-shared/malloc";
export {
  abandon,
  contend,
  enter as lock,
  holder,
  isInside,
  leave as unlock,
  setMayWait,
  takeOver,
} from "../shared/lock";
// For the build, which removes these exports; and for the tests' builds.
export {
  copyLogged,
  fillLogged,
  put8,
  put16,
  put32,
  put64,
  putF64,
  putV128,
  setFuse,
  undoCount,
} from "../shared/undo";
