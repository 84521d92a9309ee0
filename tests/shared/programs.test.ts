// A program that others compiled, its malloc imported from a shared heap: several workers instantiate it on one memory, and
// what one allocates another frees.

import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { SharedHeap } from "../../src/shared/index.js";
import { buildAssemblyScript } from "../heap/drop-in/programs.js";
import { randomFrom, seed } from "../support/seed.js";
import { bundle } from "./support/node-threads.js";
import { CACHE_BYTES } from "./threads/heap-scenarios.js";

interface Lists {
  work(mailbox: number, slots: number, rounds: number, seed: number): number;
  freeList(head: number): number;
}

const WORKERS = 3;
const ROUNDS = 1500;
const SLOTS = 16;
const MAXIMUM = 1024;

test(`${WORKERS} workers run one program on one heap: every byte is right, nothing is lost`, async () => {
  const program = buildAssemblyScript(
    ...(["lists", "stub", "--enable", "threads", "--sharedMemory", "--importMemory"] as const),
    ...["--initialMemory", "2", "--maximumMemory", String(MAXIMUM)],
  );
  const memory = new WebAssembly.Memory({ initial: 2, maximum: MAXIMUM, shared: true });
  const heap = SharedHeap.create({ memory, maximum: MAXIMUM });
  const lists = new WebAssembly.Instance(program, { env: { memory }, heap: { ...heap.imports } })
    .exports as unknown as Lists;
  const { usedBytes } = heap.stats();
  const mailbox = heap.calloc(SLOTS, 4);

  const random = randomFrom(seed);
  const code = await bundle("tests/shared/threads/program.ts", "cjs");
  const reports = Array.from({ length: WORKERS }, () => {
    const job = { handle: heap.handle, program, mailbox, slots: SLOTS, rounds: ROUNDS };
    const workerData = { ...job, seed: 1 + random(2 ** 31) };
    const worker = new Worker(code, { eval: true, execArgv: [], workerData });
    return new Promise<{ id: number; wrong: number }>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
  });
  for (const { id, wrong } of await Promise.all(reports)) {
    expect(wrong).toBe(0);
    heap.reclaim(id);
  }
  const left = [...heap.u32.slice(mailbox / 4, mailbox / 4 + SLOTS)];
  expect(left.some((head) => head !== 0)).toBe(true);
  for (const head of left) expect(lists.freeList(head)).toBe(0);
  heap.free(mailbox);
  heap.flush();
  heap.validate({ idle: true });
  const { usedBytes: after, cachedBytes, caches } = heap.stats();
  expect(cachedBytes).toBe(0);
  // The caches of the workers are blocks that stay, for those who attach next.
  expect(after - usedBytes).toBe(WORKERS * CACHE_BYTES);
  expect(caches).toBe(1);
});
