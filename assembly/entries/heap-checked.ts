// The module heap-checked: as heap, and tells every misuse of a pointer. Compiled with --use HEAP_CHECKED=1.

export { control, free, init, malloc, reset } from "../heap";
export { aligned_alloc, calloc, malloc_usable_size, realloc } from "../heap";
export { check, free_checked } from "../heap";
