// A worker, in Node or in a page: attaches, says so, and does its job.

import { SharedAllocator } from "../../../src/shared/index.js";
import { type Job, work } from "./job.js";

async function main() {
  const isNode = typeof process !== "undefined" && process.versions?.node !== undefined;
  const { parentPort } = isNode ? await import("node:worker_threads") : { parentPort: null };
  const post = (message: unknown) =>
    parentPort ? parentPort.postMessage(message) : postMessage(message);
  const start = async (job: Job) => {
    const allocator = SharedAllocator.attach(job.handle);
    if (job.announces) await allocator.announce();
    post({ id: allocator.id });
    try {
      post({ report: work(allocator, job) });
    } catch (error) {
      post({ error: String(error instanceof Error ? error.stack : error) });
    }
  };
  if (parentPort) parentPort.once("message", start);
  else self.addEventListener("message", ({ data }) => start(data));
}
void main();
