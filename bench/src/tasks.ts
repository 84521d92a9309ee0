// Tasks that are measured as a whole, each time from the same state: defragmentation, snapshot and restore.

import { type Defragmentation, MemoryAllocator, TrackedAllocator } from "suballoc";
import { heapOnTracked } from "../contenders/tracked.ts";
import { Random } from "./random.ts";
import { Replay } from "./replay.ts";
import { createWorkload } from "./workloads.ts";

/** Which task, on how many live, or free, blocks. */
export type TaskSpec =
  | { kind: "defragment"; live: number; maxMoves?: number }
  | { kind: "snapshot" | "restore"; freeBlocks: number };

export interface Task {
  /** Of what comes out. */
  readonly checksum: number;
  /** Moves, or free blocks, of one run. */
  readonly units: number;
  /** Length of the snapshot. */
  readonly bytes?: number;
  /** Do it once, and check what came out. @returns the ms that the work itself took. */
  run(): number;
}

const checksumOf = (values: Iterable<number>): number => {
  let checksum = 0;
  for (const value of values) checksum = (Math.imul(checksum, 31) + value) | 0;
  return checksum;
};

function expectSame(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`${what}: ${actual} instead of ${expected}`);
}

/** Carry the moves out on a list of the live blocks: each must move a block that is there, and close all gaps. */
function checkMoves(
  before: TrackedAllocator,
  after: TrackedAllocator,
  results: readonly Defragmentation[],
): void {
  const sizes = new Map([...before.blocks()].map(({ start, size }) => [start, size]));
  for (const { from, to, size } of results.flatMap(({ moves }) => moves)) {
    expectSame(`size of the block moved from ${from}`, size, sizes.get(from) ?? 0);
    sizes.delete(from);
    sizes.set(to, size);
  }
  let end = 0;
  for (const { start, size } of after.blocks()) {
    expectSame("start of a block", start, end);
    expectSame(`size of the block at ${start}`, size, sizes.get(start) ?? 0);
    end += size;
  }
  expectSame("number of blocks", after.getStats().liveBlockCount, sizes.size);
  after.validate();
}

/** What churn leaves is moved together, in one call or in calls of at most `maxMoves`. */
async function defragmentation(live: number, maxMoves: number | undefined): Promise<Task> {
  const workload = await createWorkload({ kind: "churn", live, maxSize: 1024 });
  const churned = new TrackedAllocator(workload.capacity);
  const { prepare } = workload;
  new Replay(heapOnTracked(churned), workload).run(prepare, 0, prepare.slots.length);
  const options = maxMoves === undefined ? {} : { maxMoves };

  function once(): { allocator: TrackedAllocator; results: Defragmentation[]; ms: number } {
    const allocator = churned.clone();
    const results: Defragmentation[] = [];
    const start = performance.now();
    do results.push(allocator.defragment(options));
    while (!results.at(-1)?.done);
    return { allocator, results, ms: performance.now() - start };
  }
  const movesOf = (results: readonly Defragmentation[]) =>
    results.reduce((sum, { moves }) => sum + moves.length, 0);

  const { allocator, results } = once();
  checkMoves(churned, allocator, results);
  allocator.dispose();
  const units = movesOf(results);
  return {
    checksum: checksumOf(
      results.flatMap(({ moves }) => moves.flatMap(({ from, to }) => [from, to])),
    ),
    units,
    run: () => {
      const { allocator, results, ms } = once();
      expectSame("number of moves", movesOf(results), units);
      expectSame("number of free blocks", allocator.getStats().freeBlockCount, 1);
      allocator.dispose();
      return ms;
    },
  };
}

/** An allocator with so many free blocks of 1 to 1024, freed in random order, each between two of those sizes. */
function withFreeBlocks(count: number): MemoryAllocator {
  const random = new Random(1);
  const sizes = Uint32Array.from({ length: 2 * count }, () => random.between(1, 1024));
  const allocator = new MemoryAllocator(sizes.reduce((sum, size) => sum + size));
  const addresses = allocator.allocateMany(sizes);
  const order = random.shuffled(count);
  allocator.freeMany(
    Float64Array.from(order, (i) => addresses[2 * i] as number),
    Float64Array.from(order, (i) => sizes[2 * i] as number),
  );
  return allocator;
}

function snapshotOrRestore(kind: "snapshot" | "restore", freeBlocks: number): Task {
  const allocator = withFreeBlocks(freeBlocks);
  const bytes = allocator.snapshot();
  const restored = MemoryAllocator.restore(bytes);
  restored.validate();
  expectSame("number of free blocks", restored.getStats().freeBlockCount, freeBlocks);
  if (Buffer.compare(restored.snapshot(), bytes) !== 0)
    throw new Error("the snapshot of what was restored differs");
  restored.dispose();

  function snapshot(): number {
    const start = performance.now();
    const { length } = allocator.snapshot();
    const ms = performance.now() - start;
    expectSame("length of the snapshot", length, bytes.length);
    return ms;
  }
  function restore(): number {
    const start = performance.now();
    const restored = MemoryAllocator.restore(bytes);
    const ms = performance.now() - start;
    expectSame("free memory", restored.getFreeMemory(), allocator.getFreeMemory());
    restored.dispose();
    return ms;
  }

  return {
    checksum: checksumOf(bytes),
    units: freeBlocks,
    bytes: bytes.length,
    run: kind === "snapshot" ? snapshot : restore,
  };
}

export async function createTask(spec: TaskSpec): Promise<Task> {
  if (spec.kind === "defragment") return defragmentation(spec.live, spec.maxMoves);
  return snapshotOrRestore(spec.kind, spec.freeBlocks);
}
