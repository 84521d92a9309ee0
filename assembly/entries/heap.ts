// The module heap: malloc and its family, unchecked. Compiled from the same source as heap-checked, without its flag.

export {
  aligned_alloc,
  calloc,
  control,
  free,
  init,
  malloc,
  malloc_usable_size,
  realloc,
  reset,
} from "../heap";
