// The scenarios in a page: what tests/browser/shared.test.ts calls.

import { SharedAllocator } from "../../../src/shared/index.js";
import { churnHeap, type HeapOptions, killOnHeap } from "./heap-scenarios.js";
import { type ChurnOptions, churn, type KillOptions, kill } from "./scenarios.js";
import { type Start, threadOn } from "./thread.js";

const start: Start = (job) => {
  const worker = new Worker("/worker.js");
  worker.postMessage(job);
  return threadOn(
    (onMessage, onError) => {
      worker.addEventListener("message", ({ data }) => onMessage(data));
      worker.addEventListener("error", (event) => onError(new Error(event.message)));
    },
    { terminate: () => worker.terminate(), worker: undefined },
  );
};

/** The page's own thread meets a lock that is held for long. */
async function waitForLock() {
  const holder = new Worker("/holder.js");
  const message = () =>
    new Promise<{ id?: number }>((resolve) =>
      holder.addEventListener("message", ({ data }) => resolve(data), { once: true }),
    );
  const allocator = SharedAllocator.create({ capacity: 1000, policy: "first-fit" });
  const letGo = new Int32Array(new SharedArrayBuffer(4));
  const up = message();
  holder.postMessage({ handle: allocator.handle, letGo });
  const { id } = await up;
  let refusal: { code?: string; owner?: number } = {};
  try {
    allocator.allocate(1);
  } catch (error) {
    refusal = error as typeof refusal;
  }
  // The page goes on while it waits: else nobody would tell the holder.
  let isHeld = true;
  setTimeout(() => {
    isHeld = false;
    Atomics.store(letGo, 0, 1);
    Atomics.notify(letGo, 0);
  }, 100);
  const address = await allocator.allocateAsync(10);
  const waited = !isHeld;
  await allocator.freeAsync(address);
  holder.terminate();
  allocator.validate();
  const { freeMemory } = allocator.getStats();
  return {
    code: refusal.code,
    ownerIsHolder: refusal.owner === id,
    waited,
    freeMemory,
  };
}

async function codeOf(call: () => unknown): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

Object.assign(globalThis, {
  churnInPage: (options: ChurnOptions) => churn(start, options),
  killInPage: (options: KillOptions) => kill(start, options),
  churnHeapInPage: (options: HeapOptions) => churnHeap(start, options),
  killOnHeapInPage: (options: HeapOptions) => killOnHeap(start, options),
  waitForLock,
  create: () => codeOf(() => SharedAllocator.create({ capacity: 10 })),
  watchUnannounced: () => {
    const allocator = SharedAllocator.create({ capacity: 10 });
    const { id } = SharedAllocator.attach(allocator.handle);
    return codeOf(() => allocator.watch(id));
  },
});
