// The module heap: malloc and its family, unchecked. Compiled from the same source as heap-checked, without its flag.

export {
  aligned_alloc,
  attach,
  calloc,
  control,
  flush,
  free,
  init,
  malloc,
  malloc_usable_size,
  posix_memalign,
  realloc,
  reset,
} from "../heap";
