// A worker, in Node or in a page: attaches, says so, and does its job.

import { SharedAllocator, SharedHeap } from "../../../src/shared/index.js";
import { type HeapJob, workOnHeap } from "./heap-job.js";
import { type Job, work } from "./job.js";

async function main() {
  const isNode = typeof process !== "undefined" && process.versions?.node !== undefined;
  const { parentPort } = isNode ? await import("node:worker_threads") : { parentPort: null };
  const post = (message: unknown) =>
    parentPort ? parentPort.postMessage(message) : postMessage(message);
  const attach = (job: Job | HeapJob) => {
    if ("mailbox" in job) {
      const heap = SharedHeap.attach(job.handle);
      return { shared: heap, run: () => workOnHeap(heap, job) };
    }
    const allocator = SharedAllocator.attach(job.handle);
    return { shared: allocator, run: () => work(allocator, job) };
  };
  const start = async (job: Job | HeapJob) => {
    const { shared, run } = attach(job);
    if (job.announces) await shared.announce();
    post({ id: shared.id });
    try {
      post({ report: run() });
    } catch (error) {
      post({ error: String(error instanceof Error ? error.stack : error) });
    }
  };
  if (parentPort) parentPort.once("message", start);
  else self.addEventListener("message", ({ data }) => start(data));
}
void main();
