// AssemblyScript's own TLSF under the names of C.

export function malloc(size: u32): usize {
  return heap.alloc(size);
}

export function free(pointer: usize): void {
  heap.free(pointer);
}

export function realloc(pointer: usize, size: u32): usize {
  return heap.realloc(pointer, size);
}

/** Where the heap begins. */
export function start(): usize {
  return __heap_base;
}
