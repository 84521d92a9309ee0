// AssemblyScript's own allocator, TLSF, as a module with one exported call per operation.

export function allocate(size: u32): usize {
  return heap.alloc(size);
}

export function free(pointer: usize): void {
  heap.free(pointer);
}

/** Bytes of a live block with its header: a number of 4 bytes before the pointer, the size but for its lowest two bits. */
export function blockBytes(pointer: usize): u32 {
  return (load<u32>(pointer - 4) & ~3) + 4;
}
