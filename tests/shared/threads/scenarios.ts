// What is shown with real threads, in Node and in pages: no overlap, balanced books, and nothing lost when workers are
// terminated.

import { LockTimeoutError, type Policy, SharedAllocator } from "../../../src/shared/index.js";
import { randomFrom } from "../../support/random.js";
import type { Start, Thread } from "./thread.js";

export interface ChurnOptions {
  readonly policy: Policy;
  readonly workers: number;
  /** Of each worker. */
  readonly pairs: number;
  readonly seed: number;
  /** Blocks that each worker holds at most. */
  readonly most?: number;
  /** For tests that show what another build does. */
  readonly make?: (capacity: number) => SharedAllocator;
}

const MAX_SIZE = 64;

const makeOwners = (capacity: number) => new SharedArrayBuffer(4 * capacity);

export interface ChurnResult {
  readonly pairs: number;
  readonly overlaps: number;
  readonly refused: number;
  readonly milliseconds: number;
}

/** Several workers at once, each with its own blocks. Throws unless everything is free and whole in the end. */
export async function churn(start: Start, options: ChurnOptions): Promise<ChurnResult> {
  const { policy, workers, pairs, seed, most = 200 } = options;
  // Small enough for the blocks of different workers to be neighbours everywhere.
  const capacity = Math.ceil(workers * most * MAX_SIZE * 0.4);
  const allocator = options.make?.(capacity) ?? SharedAllocator.create({ capacity, policy });
  const owners = makeOwners(capacity);
  const begin = performance.now();
  const threads = Array.from({ length: workers }, (_, i) =>
    start({
      handle: allocator.handle,
      owners,
      seed: seed + 1 + i * 7919,
      pairs,
      most,
      maxSize: MAX_SIZE,
      everything: true,
      announces: false,
    }),
  );
  try {
    const reports = await Promise.all(threads.map((thread) => thread.report));
    const milliseconds = performance.now() - begin;
    allocator.validate();
    checkAllFree(allocator, owners);
    const sum = (key: "pairs" | "overlaps" | "refused") =>
      reports.reduce((total, report) => total + report[key], 0);
    return {
      pairs: sum("pairs"),
      overlaps: sum("overlaps"),
      refused: sum("refused"),
      milliseconds,
    };
  } finally {
    for (const thread of threads) await thread.terminate();
  }
}

function checkAllFree(allocator: SharedAllocator, owners?: SharedArrayBuffer): void {
  const { freeMemory, capacity, liveBlockCount, freeBlockCount } = allocator.getStats();
  if (freeMemory !== capacity || liveBlockCount !== 0 || freeBlockCount !== 1)
    throw new Error(`not all free: ${JSON.stringify(allocator.getStats())}`);
  if (owners && new Int32Array(owners).some((owner) => owner !== 0))
    throw new Error("an address was not given back");
}

/**
 * A page's main thread does not wait for the lock, it gives up soon, having changed nothing. On a busy machine who holds it
 * may not run for that long: then again, after others have had their turn.
 */
export async function patiently<T>(call: () => T): Promise<T> {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof LockTimeoutError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

export interface KillOptions {
  readonly policy: Policy;
  readonly rounds: number;
  /** Workers that are terminated in each round. */
  readonly victims: number;
  readonly seed: number;
  /** By Web Locks, not by the worker's exit event. */
  readonly announces: boolean;
}

export interface KillResult {
  readonly terminated: number;
  /** Died holding the lock. */
  readonly held: number;
  /** Died in the middle of a change, which was undone. */
  readonly undone: number;
  /** Blocks of the dead. */
  readonly reclaimed: number;
}

/**
 * Workers are terminated at random moments while another goes on. After each round the structure must be whole, and
 * after `reclaim` only the blocks of the one that lives may be left.
 */
export async function kill(start: Start, options: KillOptions): Promise<KillResult> {
  const { policy, rounds, victims, seed, announces } = options;
  const random = randomFrom(seed);
  const capacity = 1 << 17;
  const allocator = SharedAllocator.create({ capacity, policy, lockTimeout: 10_000 });
  const job = (pairs: number) => ({
    handle: allocator.handle,
    owners: makeOwners(capacity),
    seed: 1 + random(2 ** 31),
    pairs,
    most: 300,
    maxSize: MAX_SIZE,
    everything: true,
    announces,
  });
  const survivor = start(job(Number.POSITIVE_INFINITY));
  const survivorId = await survivor.id;
  const watch = async ({ worker }: Thread, id: number) =>
    worker ? allocator.watch(worker, id) : allocator.watch(id);
  let held = 0;
  let undone = 0;
  let reclaimed = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const threads = Array.from({ length: victims }, () => start(job(Number.POSITIVE_INFINITY)));
      const ids = await Promise.all(threads.map((thread) => thread.id));
      const deaths = threads.map((thread, i) => watch(thread, ids[i] as number));
      await new Promise((resolve) => setTimeout(resolve, random(5)));
      for (const thread of threads) thread.terminate();
      for (const recovery of await Promise.all(deaths)) {
        held += recovery.held ? 1 : 0;
        undone += recovery.undone > 0 ? 1 : 0;
      }
      await patiently(() => allocator.validate());
      for (const id of ids) reclaimed += await patiently(() => allocator.reclaim(id));
      await patiently(() =>
        allocator.lock(() => {
          let sum = 0;
          for (const { owner, size } of allocator.blocks()) {
            if (owner !== survivorId) throw new Error(`a block of ${owner} was left`);
            sum += size;
          }
          if (sum + allocator.getStats().freeMemory !== capacity)
            throw new Error("memory was lost");
        }),
      );
    }
    const death = watch(survivor, survivorId);
    survivor.terminate();
    await death;
    reclaimed += allocator.reclaim(survivorId);
    allocator.validate();
    checkAllFree(allocator);
    // Nodes that were lost would be missing here, and new ones taken for them.
    const { metadataBytes } = allocator.getStats();
    const bound = 400 * (victims + 2) * 200 + 65536;
    if (metadataBytes > bound) throw new Error(`records leak: ${metadataBytes} bytes`);
    return { terminated: rounds * victims + 1, held, undone, reclaimed };
  } finally {
    await survivor.terminate();
  }
}
