// The module heap-checked: as heap, and tells every misuse of a pointer. Compiled with --use HEAP_CHECKED=1.

export {
  aligned_alloc,
  attach,
  calloc,
  check,
  control,
  flush,
  free,
  free_checked,
  init,
  malloc,
  malloc_usable_size,
  posix_memalign,
  realloc,
  reset,
} from "../heap";
