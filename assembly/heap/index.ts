// malloc and its family on the bytes of a WebAssembly memory: fast as allocators that never merge free blocks, as
// compact as those that always do. Read layout.ts first, then bitmap.ts; malloc.ts is where calls come in.

export { check } from "./check";
export { control } from "./layout";
export { attach, init, reset } from "./life";
export { free, free_checked, malloc } from "./malloc";
export { aligned_alloc, calloc, malloc_usable_size, posix_memalign, realloc } from "./realloc";
