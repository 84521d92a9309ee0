// The process in which one contender runs one workload, or one task, slice by slice, as the race tells it. Each
// has a process of its own, so that the JIT specialises the loop for that contender alone.

import { createContender } from "../contenders/index.ts";
import { type ContenderName, FLOOR, ownsBytes } from "../contenders/names.ts";
import type { Ready, Request, Slice } from "./protocol.ts";
import { Replay } from "./replay.ts";
import { roomFor } from "./room.ts";
import { slicesOf } from "./slices.ts";
import { createTask, type TaskSpec } from "./tasks.ts";
import { createWorkload, type Workload, type WorkloadSpec } from "./workloads.ts";

const PIECE = 64;

let slice: (ms: number) => Slice;

/** ms of processor time that this process has had: on a busy machine the clock goes on meanwhile. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Run the preparation, giving up as soon as it is seen to take much longer than `budgetMs`. */
function prepare(replay: Replay, { prepare, batch = PIECE }: Workload, budgetMs: number): boolean {
  const total = prepare.slots.length;
  const start = processorMs();
  let window = { start, done: 0 };
  for (let done = 0; done < total; ) {
    const to = Math.min(done + batch, total);
    replay.check(prepare, done, to);
    done = to;
    const now = processorMs();
    if (now - start > 2 * budgetMs) return false;
    if (now - window.start < budgetMs / 4) continue;
    const left = ((total - done) / (done - window.done)) * (now - window.start);
    if (now - start + left > 2 * budgetMs) return false;
    window = { start: now, done };
  }
  return true;
}

async function setWorkload(
  contender: ContenderName,
  spec: WorkloadSpec,
  budgetMs: number,
): Promise<Ready> {
  const workload = await createWorkload(spec);
  const capacity = roomFor(contender, workload);
  const heap = createContender(contender, capacity);
  const replay = new Replay(heap, workload);
  if (!prepare(replay, workload, budgetMs)) return { state: "skipped" };
  const { checksum, failures } = replay;
  if (contender !== FLOOR) replay.checkOverlaps(ownsBytes(contender) ? Infinity : capacity);
  slice = slicesOf((...part) => replay.run(...part), workload);
  const metadataBytes = heap.metadataBytes?.();
  return { state: "ready", checksum, facts: { failures, ...(metadataBytes && { metadataBytes }) } };
}

async function setTask(spec: TaskSpec): Promise<Ready> {
  const { run, checksum, units, bytes } = await createTask(spec);
  slice = (ms) => {
    let spent = 0;
    let times = 0;
    for (; spent < ms; times++) spent += run();
    return { units: times * units, ms: spent };
  };
  const facts = { failures: 0, units, ...(bytes && { snapshotBytes: bytes }) };
  return { state: "ready", checksum, facts };
}

process.on("message", async (request: Request) => {
  if (request.do === "slice") return process.send?.(slice(request.ms));
  const { work, budgetMs } = request;
  const ready =
    "task" in work
      ? await setTask(work.task)
      : await setWorkload(work.contender, work.workload, budgetMs);
  return process.send?.(ready);
});
