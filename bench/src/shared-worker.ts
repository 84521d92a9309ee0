// A worker of bench/src/shared.ts: waits for the start, does its pairs, and says how long each took.

import { parentPort, workerData } from "node:worker_threads";
import { SharedAllocator, SharedHeap } from "../../src/shared/index.ts";
import { pairsOn, pairsOnHeap } from "./shared-pairs.ts";

const { handle, gate, index, live, pairs, pause, timed } = workerData;
const shared =
  handle.kind === "suballoc/shared-heap"
    ? SharedHeap.attach(handle)
    : SharedAllocator.attach(handle);
const run = () =>
  shared instanceof SharedHeap
    ? pairsOnHeap(shared, index + 1, live, pairs)
    : pairsOn(shared, index + 1, live, pairs, pause, timed);
run(); // warm
parentPort?.postMessage("ready");
Atomics.wait(new Int32Array(gate), 0, 0);
const begin = performance.timeOrigin + performance.now();
const latencies = run();
parentPort?.postMessage({ begin, end: performance.timeOrigin + performance.now(), latencies });
