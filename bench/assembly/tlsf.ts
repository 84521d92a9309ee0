// Driver for AssemblyScript's own TLSF: its heap, one exported call per operation.

export function allocate(size: u32): usize {
  return heap.alloc(size);
}

export function free(address: usize): void {
  heap.free(address);
}
