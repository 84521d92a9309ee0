// The allocators of real bytes that a trace is replayed on, seen alike.

import { Heap, OutOfMemoryError } from "suballoc/heap";
import { isNatural, isPowerOfTwo } from "./alignment.ts";
import { AlignedByHand } from "./by-hand.ts";

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
  const byHand = new AlignedByHand((size) => heap.tryMalloc(size));
  return {
    memory: heap.memory,
    allocate(size, alignment) {
      if (isNatural(alignment)) return heap.tryMalloc(size);
      if (!isPowerOfTwo(alignment)) return byHand.allocate(size, alignment);
      try {
        return heap.alignedAlloc(alignment, size);
      } catch (error) {
        if (error instanceof OutOfMemoryError) return undefined;
        throw error;
      }
    },
    free: (pointer) => heap.free(byHand.release(pointer)),
    usedBytes: () => heap.stats().used,
  };
}

/** The heap as another wasm module calls it. */
function createUncheckedHeap(): ByteHeap {
  const heap = new Heap({ checked: false });
  const { malloc, aligned_alloc, free } = heap.imports;
  const tryAllocate = (size: number) => (size < tooLarge && malloc(size) >>> 0) || undefined;
  const byHand = new AlignedByHand(tryAllocate);
  return {
    memory: heap.memory,
    allocate(size, alignment) {
      if (isNatural(alignment)) return tryAllocate(size);
      if (!isPowerOfTwo(alignment)) return byHand.allocate(size, alignment);
      if (size >= tooLarge || alignment >= tooLarge) return undefined;
      return aligned_alloc(alignment, size) >>> 0 || undefined;
    },
    free: (pointer) => free(byHand.release(pointer)),
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
  const tryAllocate = (size: number) => {
    if (size >= tooLarge) return undefined;
    try {
      return allocate(size) >>> 0;
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) return undefined; // its way to say that nothing fits
      throw error;
    }
  };
  const byHand = new AlignedByHand(tryAllocate); // it knows no alignment but its own
  return {
    memory,
    allocate: (size, alignment) =>
      isNatural(alignment) ? tryAllocate(size) : byHand.allocate(size, alignment),
    free: (pointer) => free(byHand.release(pointer)),
    usedBytes(live) {
      let bytes = 0;
      for (const pointer of live) bytes += blockBytes(byHand.blockOf(pointer)) >>> 0;
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
