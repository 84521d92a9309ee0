// What is timed: pairs of free and allocate at random among so many live blocks.

interface Allocator {
  allocate(size: number): number;
  free(address: number): void;
}
interface Heap {
  malloc(size: number): number;
  free(pointer: number): void;
}

export const MAX_SIZE = 1024;

function randomFrom(seed: number): (bound: number) => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * bound);
  };
}

/** @param pause microseconds of other work after each pair; @returns microseconds of each allocate, if `timed` */
export function pairsOn(
  allocator: Allocator,
  seed: number,
  live: number,
  pairs: number,
  pause = 0,
  timed = false,
): Float64Array {
  const random = randomFrom(seed);
  const latencies = new Float64Array(timed ? pairs : 0);
  const blocks = Array.from({ length: live }, () => allocator.allocate(1 + random(MAX_SIZE)));
  for (let i = 0; i < pairs; i++) {
    const index = random(live);
    allocator.free(blocks[index] as number);
    const begin = timed ? performance.now() : 0;
    blocks[index] = allocator.allocate(1 + random(MAX_SIZE));
    if (timed) latencies[i] = 1000 * (performance.now() - begin);
    if (pause > 0) for (const end = performance.now() + pause / 1000; performance.now() < end; );
  }
  for (const block of blocks) allocator.free(block);
  return latencies;
}

export function pairsOnHeap(heap: Heap, seed: number, live: number, pairs: number): Float64Array {
  const random = randomFrom(seed);
  const blocks = Array.from({ length: live }, () => heap.malloc(16 + random(400)));
  for (let i = 0; i < pairs; i++) {
    const index = random(live);
    heap.free(blocks[index] as number);
    blocks[index] = heap.malloc(16 + random(400));
  }
  for (const block of blocks) heap.free(block);
  return new Float64Array(0);
}
