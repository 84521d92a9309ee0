// The example in a page, which must be cross-origin isolated. `/worker.js` is worker.ts, bundled.

import { run, type Thread } from "./run.ts";

function start(): Thread {
  const worker = new Worker("/worker.js", { type: "module" });
  return {
    post: (task) => worker.postMessage(task),
    message: () =>
      new Promise((resolve, reject) => {
        worker.addEventListener("message", ({ data }) => resolve(data), { once: true });
        worker.addEventListener("error", ({ message }) => reject(new Error(message)), {
          once: true,
        });
      }),
    terminate: () => worker.terminate(),
  };
}

Object.assign(globalThis, {
  runStore: (workers: number, rounds: number) => run(start, workers, rounds),
});
