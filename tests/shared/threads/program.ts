// A worker of tests/shared/programs.test.ts: attaches to the heap, instantiates the program on it, and lets it work.

import { parentPort, workerData } from "node:worker_threads";
import { SharedHeap } from "../../../src/shared/index.js";

const { handle, program, mailbox, slots, rounds, seed } = workerData;
const heap = SharedHeap.attach(handle);
const { exports } = new WebAssembly.Instance(program, {
  env: { memory: heap.memory },
  heap: { ...heap.imports },
});
const work = exports.work as (...args: number[]) => number;
parentPort?.postMessage({ id: heap.id, wrong: work(mailbox, slots, rounds, seed) });
