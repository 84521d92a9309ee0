// The module heap-checked: as heap, and tells every misuse of a pointer. Compiled with --use HEAP_CHECKED=1.

export {
  aligned_alloc,
  calloc,
  check,
  control,
  free,
  free_checked,
  init,
  malloc,
  malloc_usable_size,
  realloc,
  reset,
} from "../heap";
