// A worker of the example: adds and removes records until it is told to stop, or terminated.

import { ObjectStore, type StoreHandle } from "./store.ts";

/** What it is sent. */
export interface Task {
  readonly store: StoreHandle;
  /** One word: not 0 when the workers shall stop. */
  readonly stop: SharedArrayBuffer;
  /** Announce itself by a Web Lock: where there is no `exit` event. */
  readonly announces: boolean;
}

/** Where this runs: a page's worker or a thread of Node. */
async function connect() {
  if (typeof postMessage === "function")
    return {
      post: (message: unknown) => postMessage(message),
      listen: (run: (task: Task) => void) =>
        addEventListener("message", ({ data }) => run(data as Task)),
    };
  const { parentPort } = await import("node:worker_threads");
  return {
    post: (message: unknown) => parentPort?.postMessage(message),
    listen: (run: (task: Task) => void) => parentPort?.once("message", run),
  };
}

const { post, listen } = await connect();
listen(async ({ store: handle, stop, announces }) => {
  const store = ObjectStore.open(handle);
  if (announces) await store.allocator.announce();
  post({ id: store.allocator.id });
  const stopWord = new Int32Array(stop);
  let records = 0;
  while (Atomics.load(stopWord, 0) === 0) {
    const text = `record ${records++} of worker ${store.allocator.id} `.repeat(
      1 + Math.floor(Math.random() * 8),
    );
    const isFull = store.add(text) === undefined;
    if (isFull || Math.random() < 0.45) store.removeAny(Math.floor(Math.random() * 4096));
  }
  post({ records });
});
