// The module heap: malloc and its family, unchecked. Compiled from the same source as heap-checked, without its flag.

export { control, free, init, malloc, reset } from "../heap";
export { aligned_alloc, calloc, malloc_usable_size, realloc } from "../heap";
