// As scenarios.ts, for a shared heap: no overlap, balanced books, and nothing lost when workers are terminated, except the
// block that a worker had in its hands and in no map.

import { SharedHeap } from "../../../src/shared/index.js";
import { randomFrom } from "../../support/random.js";
import { type HeapJob, MAILED } from "./heap-job.js";
import { type ChurnResult, type KillResult, patiently } from "./scenarios.js";
import type { Start, Thread } from "./thread.js";

export interface HeapOptions {
  readonly workers: number;
  /** Of each worker, when they are not terminated. */
  readonly pairs: number;
  readonly rounds: number;
  readonly seed: number;
  readonly announces: boolean;
}

const MAXIMUM = 1024;
const MAX_SIZE = 3000;
/** A cache and its header. */
export const CACHE_BYTES = 4272;

function setUp(seed: number, announces: boolean) {
  const heap = SharedHeap.create({ maximum: MAXIMUM, lockTimeout: 10_000 });
  const owners = new SharedArrayBuffer((MAXIMUM * 65536) / 4);
  const mailbox = new SharedArrayBuffer(8 * 64);
  const random = randomFrom(seed);
  const job = (pairs: number): HeapJob => ({
    ...{ handle: heap.handle, owners, mailbox, pairs, announces },
    ...{ seed: 1 + random(2 ** 31), most: 500, maxSize: MAX_SIZE },
  });
  return { heap, owners: new Int32Array(owners), mailbox: new Int32Array(mailbox), random, job };
}

/** Frees what is in the owner map under an id. */
async function freeOwned(heap: SharedHeap, owners: Int32Array, id: number): Promise<void> {
  const end = heap.memory.buffer.byteLength / 16;
  for (let unit = 0; unit < end; unit++) {
    const owner = owners[unit] as number;
    if (owner >>> 1 !== id) continue;
    owners[unit] = 0;
    if ((owner & 1) === 0) continue;
    await patiently(() => heap.free(16 * unit));
  }
}

export async function churnHeap(start: Start, options: HeapOptions): Promise<ChurnResult> {
  const { heap, owners, job } = setUp(options.seed, options.announces);
  const { usedBytes } = heap.stats();
  const begin = performance.now();
  const threads = Array.from({ length: options.workers }, () => start(job(options.pairs)));
  try {
    const reports = await Promise.all(threads.map(({ report }) => report));
    const milliseconds = performance.now() - begin;
    heap.validate({ idle: true });
    await freeOwned(heap, owners, MAILED);
    for (const { id } of threads) heap.reclaim(await id);
    heap.flush();
    heap.validate({ idle: true });
    if (owners.some((owner) => owner !== 0)) throw new Error("an address was not given back");
    const after = heap.stats();
    const expected = usedBytes + options.workers * CACHE_BYTES;
    if (after.usedBytes !== expected || after.cachedBytes !== 0)
      throw new Error(`not all free: ${JSON.stringify(after)}, expected ${expected} in use`);
    const sum = (key: "pairs" | "overlaps" | "refused") =>
      reports.reduce((total, report) => total + report[key], 0);
    return {
      ...{ pairs: sum("pairs"), overlaps: sum("overlaps"), refused: sum("refused") },
      milliseconds,
    };
  } finally {
    for (const thread of threads) await thread.terminate();
  }
}

/** `workers` are terminated in each round, while another goes on. */
export async function killOnHeap(start: Start, options: HeapOptions): Promise<KillResult> {
  const { rounds, workers, seed, announces } = options;
  const { heap, owners, mailbox, random, job } = setUp(seed, announces);
  const { usedBytes } = heap.stats();
  const survivor = start(job(Number.POSITIVE_INFINITY));
  const watch = ({ worker }: Thread, id: number) =>
    worker ? heap.watch(worker, id) : heap.watch(id);
  const survivorId = await survivor.id;
  let held = 0;
  let undone = 0;
  let reclaimed = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const threads = Array.from({ length: workers }, () => start(job(Number.POSITIVE_INFINITY)));
      const ids = await Promise.all(threads.map(({ id }) => id));
      const deaths = threads.map((thread, i) => watch(thread, ids[i] as number));
      await new Promise((resolve) => setTimeout(resolve, random(5)));
      for (const thread of threads) thread.terminate();
      for (const recovery of await Promise.all(deaths)) {
        held += recovery.held ? 1 : 0;
        undone += recovery.undone > 0 ? 1 : 0;
      }
      await patiently(() => heap.validate());
      for (const id of ids) {
        reclaimed += await patiently(() => heap.reclaim(id));
        await freeOwned(heap, owners, id);
      }
      await patiently(() => heap.validate());
    }
    const death = watch(survivor, survivorId);
    survivor.terminate();
    await death;
    reclaimed += heap.reclaim(survivorId);
    await freeOwned(heap, owners, survivorId);
    await freeOwned(heap, owners, MAILED);
    mailbox.fill(0);
    heap.flush();
    heap.validate({ idle: true });
    // Each worker may have had one block, of realloc two, in its hands and in no map.
    const after = heap.stats();
    const terminated = rounds * workers + 1;
    const caches = (workers + 1) * CACHE_BYTES;
    const lost = after.usedBytes - usedBytes - caches;
    if (lost > terminated * 2 * (MAX_SIZE + 64) || after.cachedBytes !== 0)
      throw new Error(`${lost} bytes were lost: ${JSON.stringify(after)}`);
    return { terminated, held, undone, reclaimed };
  } finally {
    await survivor.terminate();
  }
}
