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

/** Run the preparation, giving up as soon as it is seen to take longer than `budgetMs`. */
function prepare(operations: Operations, budgetMs: number): boolean {
  const total = operations.slots.length;
  const start = performance.now();
  let pieceStart = start;
  for (let i = 0; i < total; i += PIECE) {
    replay.check(operations, i, Math.min(i + PIECE, total));
    const now = performance.now();
    const left = ((total - i) / PIECE) * (now - pieceStart);
    const spent = now - start;
    if (spent > budgetMs || (spent > budgetMs / 4 && spent + left > 2 * budgetMs)) return false;
    pieceStart = now;
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

function set({ contender, spec, budgetMs }: Extract<Request, { do: "set" }>): Ready {
  workload = createWorkload(spec);
  const capacity = workload.capacity * (ownsBytes(contender) ? 1.1 : 1);
  const heap = createContender(contender, Math.ceil(capacity / 16) * 16);
  replay = new Replay(heap, workload.slots, workload.capacity);
  if (!prepare(workload.prepare, budgetMs)) return { state: "skipped" };
  const { checksum, failures } = replay;
  if (contender !== FLOOR) replay.checkOverlaps(ownsBytes(contender) ? Infinity : undefined);
  return { state: "ready", checksum, failures };
}

process.on("message", (request: Request) => {
  const answer = request.do === "set" ? set(request) : slice(request.ms);
  process.send?.(answer);
});
