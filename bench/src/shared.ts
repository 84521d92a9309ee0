// Shared allocators and heaps: what the lock and the undo log cost, and how several workers get on. Prints tables in
// Markdown.   npx tsx bench/src/shared.ts   (after npm run build)

import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { type Policy, TrackedAllocator } from "../../src/index.ts";
import { SharedAllocator, SharedHeap } from "../../src/shared/index.ts";
import { MAX_SIZE, pairsOn } from "./shared-pairs.ts";

const QUICK = process.argv.includes("--quick");
const LIVE = 10_000;
const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1] as number;
const capacityFor = (live: number) => Math.ceil((live * MAX_SIZE) / 2 / 0.7);

/** A lock in JavaScript around an allocator that is not shared. */
function lockedInJavaScript(policy: Policy) {
  const allocator = new TrackedAllocator(capacityFor(LIVE), { policy });
  const word = new Int32Array(new SharedArrayBuffer(4));
  const locked = <T>(call: () => T): T => {
    while (Atomics.compareExchange(word, 0, 0, 1) !== 0) Atomics.wait(word, 0, 1);
    try {
      return call();
    } finally {
      Atomics.store(word, 0, 0);
      Atomics.notify(word, 0, 1);
    }
  };
  return {
    allocate: (size: number) => locked(() => allocator.allocate(size)),
    free: (address: number) => locked(() => allocator.free(address)),
  };
}

function uncontended(policy: Policy): void {
  const capacity = capacityFor(LIVE);
  const contenders = {
    "TrackedAllocator, not shared": new TrackedAllocator(capacity, { policy }),
    SharedAllocator: SharedAllocator.create({ capacity, policy }),
    "SharedAllocator, recovery: false": SharedAllocator.create({
      ...{ capacity, policy, recovery: false },
    }),
    "TrackedAllocator in a JavaScript lock": lockedInJavaScript(policy),
  };
  const times = new Map<string, number[]>();
  const rounds = QUICK ? 5 : 31;
  const pairs = QUICK ? 5_000 : 20_000;
  for (let round = -3; round < rounds; round++)
    for (const [name, allocator] of Object.entries(contenders)) {
      const begin = performance.now();
      pairsOn(allocator, 7, LIVE, pairs);
      // The filling and emptying is a pair for each block as well.
      const time = ((performance.now() - begin) * 1e6) / (pairs + LIVE);
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), time]);
    }
  const base = median(times.values().next().value as number[]);
  console.log(`\n| ${policy}, 10⁴ blocks, one thread | ns a pair | × |\n|---|---:|---:|`);
  for (const [name, list] of times) {
    const time = median(list);
    console.log(`| ${name} | ${time.toFixed(0)} | ${(time / base).toFixed(2)} |`);
  }
}

const { outputFiles } = await build({
  entryPoints: ["bench/src/shared-worker.ts"],
  ...{ bundle: true, write: false, format: "cjs", platform: "node", target: "es2022" },
});
const code = outputFiles[0]?.text as string;

interface Job {
  readonly handle: unknown;
  readonly live: number;
  readonly pairs: number;
  readonly pause?: number;
  readonly timed?: boolean;
}

/** Millions of pairs a second, all workers together, and the latencies. */
async function together(workers: number, job: Job) {
  const gate = new SharedArrayBuffer(4);
  const threads = Array.from(
    { length: workers },
    (_, index) => new Worker(code, { eval: true, workerData: { ...job, gate, index } }),
  );
  const message = (thread: Worker) =>
    new Promise<{ begin: number; end: number; latencies: Float64Array }>((resolve, reject) => {
      thread.once("message", resolve);
      thread.once("error", reject);
    });
  await Promise.all(threads.map(message));
  const results = threads.map(message);
  Atomics.store(new Int32Array(gate), 0, 1);
  Atomics.notify(new Int32Array(gate), 0);
  const all = await Promise.all(results);
  const time = Math.max(...all.map(({ end }) => end)) - Math.min(...all.map(({ begin }) => begin));
  await Promise.all(threads.map((thread) => thread.terminate()));
  const latencies = Float64Array.from(all.flatMap((result) => [...result.latencies])).sort();
  return { rate: (workers * (job.pairs + job.live)) / time / 1000, latencies };
}

async function scaling(): Promise<void> {
  const pairs = QUICK ? 20_000 : 300_000;
  console.log(
    "\n| workers | million pairs a second | 2 µs of work between pairs | heap |\n|---|---:|---:|---:|",
  );
  for (const workers of [1, 2, 4]) {
    const make = () => SharedAllocator.create({ capacity: capacityFor(4000 * workers) }).handle;
    const { rate } = await together(workers, { handle: make(), live: 1000, pairs });
    const work = { handle: make(), live: 1000, pairs: pairs / 4, pause: 2 };
    const worked = await together(workers, work);
    const heap = SharedHeap.create({ maximum: 2048 }).handle;
    const onHeap = await together(workers, { handle: heap, live: 1000, pairs: 4 * pairs });
    console.log(
      `| ${workers} | ${rate.toFixed(2)} | ${worked.rate.toFixed(2)} | ${onHeap.rate.toFixed(2)} |`,
    );
  }
  const handle = SharedAllocator.create({ capacity: capacityFor(8000) }).handle;
  const { latencies } = await together(2, { handle, live: 1000, pairs: pairs / 2, timed: true });
  const at = (share: number) =>
    (latencies[Math.floor(share * (latencies.length - 1))] as number).toFixed(1);
  console.log(
    `\nLatency of allocate, two workers at once: p50 ${at(0.5)} µs, p99.9 ${at(0.999)} µs, worst ${at(1)} µs.`,
  );
}

for (const policy of ["first-fit", "best-fit"] as const) uncontended(policy);
await scaling();
