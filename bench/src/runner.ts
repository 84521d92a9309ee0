// The process in which one contender runs one workload, slice by slice, as the race tells it. Each has a
// process of its own, so that the JIT specialises the loop for that contender alone.

import { createContender, FLOOR, ownsBytes } from "../contenders/index.ts";
import type { Operations } from "./operations.ts";
import type { Ready, Request, Slice } from "./protocol.ts";
import { Replay } from "./replay.ts";
import { createWorkload, type Workload } from "./workloads.ts";

const PIECE = 64;
const LARGEST_CHUNK = 1 << 15;

let workload: Workload;
let replay: Replay;
let chunk = PIECE;

/** Run the preparation, giving up as soon as it is seen to take much longer than `budgetMs`. */
function prepare(operations: Operations, budgetMs: number): boolean {
  const total = operations.slots.length;
  const start = performance.now();
  let window = { start, done: 0 };
  for (let done = 0; done < total; ) {
    const to = Math.min(done + PIECE, total);
    replay.check(operations, done, to);
    done = to;
    const now = performance.now();
    if (now - start > 2 * budgetMs) return false;
    if (now - window.start < budgetMs / 4) continue;
    const left = ((total - done) / (done - window.done)) * (now - window.start);
    if (now - start + left > 2 * budgetMs) return false;
    window = { start: now, done };
  }
  return true;
}

/** Run whole chunks until `ms` are measured; generating their operations is not timed. */
function slice(ms: number): Slice {
  let spent = 0;
  let operations = 0;
  while (spent < ms) {
    const next = workload.next(chunk);
    const count = next.slots.length;
    const start = performance.now();
    replay.run(next, 0, count);
    const took = performance.now() - start;
    spent += took;
    operations += count;
    if (took < ms / 4 && chunk < LARGEST_CHUNK) chunk *= 2;
  }
  return { operations, ms: spent };
}

async function set({ contender, spec, budgetMs }: Extract<Request, { do: "set" }>): Promise<Ready> {
  workload = await createWorkload(spec);
  // Where headers lie between the blocks there must be room for them.
  const headers = ownsBytes(contender) ? workload.capacity * 0.1 + 48 * workload.slots : 0;
  const capacity = headers ? Math.ceil((workload.capacity + headers) / 16) * 16 : workload.capacity;
  const heap = createContender(contender, capacity);
  replay = new Replay(heap, workload.slots, workload.capacity);
  if (!prepare(workload.prepare, budgetMs)) return { state: "skipped" };
  const { checksum, failures } = replay;
  if (contender !== FLOOR) replay.checkOverlaps(ownsBytes(contender) ? Infinity : undefined);
  return { state: "ready", checksum, failures, metadataBytes: heap.metadataBytes?.() };
}

process.on("message", async (request: Request) => {
  process.send?.(request.do === "set" ? await set(request) : slice(request.ms));
});
