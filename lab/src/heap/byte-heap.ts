// The allocators of real bytes that a trace is replayed on, seen alike.

import { Heap, OutOfMemoryError } from "suballoc/heap";

/** What every pointer is a multiple of. */
export const ALIGNMENT = 16;
/** No number of a wasm call's. */
const tooLarge = 2 ** 32;

/** malloc and free on the bytes of a memory. */
export interface ByteHeap {
  readonly memory: WebAssembly.Memory;
  /** A pointer, or undefined when the memory cannot grow as far. */
  allocate(size: number, alignment: number): number | undefined;
  free(pointer: number): void;
  /** Bytes that the live blocks take, with headers and rounding; `live` are their pointers. */
  usedBytes(live: Iterable<number>): number;
}

export interface HeapKind {
  readonly name: string;
  create(): ByteHeap;
}

function createHeap(): ByteHeap {
  const heap = new Heap();
  return {
    memory: heap.memory,
    allocate(size, alignment) {
      if (alignment <= ALIGNMENT) return heap.tryMalloc(size);
      try {
        return heap.alignedAlloc(alignment, size);
      } catch (error) {
        if (error instanceof OutOfMemoryError) return undefined;
        throw error;
      }
    },
    free: (pointer) => heap.free(pointer),
    usedBytes: () => heap.stats().used,
  };
}

/** The heap as another wasm module calls it. */
function createUncheckedHeap(): ByteHeap {
  const heap = new Heap({ checked: false });
  const { malloc, aligned_alloc, free } = heap.imports;
  return {
    memory: heap.memory,
    allocate(size, alignment) {
      if (size >= tooLarge || alignment >= tooLarge) return undefined;
      const pointer = alignment <= ALIGNMENT ? malloc(size) : aligned_alloc(alignment, size);
      return pointer >>> 0 || undefined;
    },
    free,
    usedBytes: () => heap.stats().used,
  };
}

interface TlsfExports {
  readonly memory: WebAssembly.Memory;
  allocate(size: number): number;
  free(pointer: number): void;
  blockBytes(pointer: number): number;
}

function createTlsf(module: WebAssembly.Module): ByteHeap {
  const instance = new WebAssembly.Instance(module);
  const exports = instance.exports as unknown as TlsfExports;
  const { memory, allocate, free, blockBytes } = exports;
  /** Pointers that it gave out by those that were made of them. */
  const aligned = new Map<number, number>();
  const tryAllocate = (size: number) => {
    if (size >= tooLarge) return undefined;
    try {
      return allocate(size) >>> 0;
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) return undefined; // its way to say that nothing fits
      throw error;
    }
  };
  return {
    memory,
    // It aligns to 16 and knows nothing else: more is allocated, and an aligned address in that is used.
    allocate(size, alignment) {
      if (alignment <= ALIGNMENT) return tryAllocate(size);
      const block = tryAllocate(size + alignment - ALIGNMENT);
      if (block === undefined) return undefined;
      const pointer = Math.ceil(block / alignment) * alignment;
      aligned.set(pointer, block);
      return pointer;
    },
    free(pointer) {
      const block = aligned.size === 0 ? undefined : aligned.get(pointer);
      if (block !== undefined) aligned.delete(pointer);
      free(block ?? pointer);
    },
    usedBytes(live) {
      let bytes = 0;
      for (const pointer of live) bytes += blockBytes(aligned.get(pointer) ?? pointer) >>> 0;
      return bytes;
    },
  };
}

/** `tlsf` is lab/assembly/tlsf.ts, compiled. */
export function heapKinds(tlsf: WebAssembly.Module): HeapKind[] {
  return [
    { name: "suballoc/heap", create: createHeap },
    { name: "its imports, unchecked", create: createUncheckedHeap },
    { name: "AssemblyScript's TLSF", create: () => createTlsf(tlsf) },
  ];
}
