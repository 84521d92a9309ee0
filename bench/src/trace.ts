// The lab's recorded traces as operations, cut in two at the peak of live memory.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readTrace as readLog } from "../../lab/src/trace/read.ts";
import { ROOT } from "../paths.ts";
import { type Operations, Recorder } from "./operations.ts";

export interface CutTrace {
  readonly toPeak: Operations;
  /** From the peak on; in the end, whatever is still live is freed. */
  readonly fromPeak: Operations;
  readonly slots: number;
  readonly peak: number;
}

export async function readTrace(name: string): Promise<CutTrace> {
  const file = readFileSync(join(ROOT, `lab/traces/${name}.vg.gz`));
  const { operations, sizes, peakLiveBytes, peakOperation } = await readLog(
    new Blob([file]).stream(),
  );
  const recorder = new Recorder();
  const live = new Set<number>();
  function record(from: number, to: number): Operations {
    for (const operation of operations.subarray(from, to)) {
      if (operation >= 0) {
        live.add(operation);
        recorder.allocate(operation, sizes[operation] as number);
      } else {
        live.delete(~operation);
        recorder.free(~operation);
      }
    }
    if (to === operations.length) for (const block of live) recorder.free(block);
    return recorder.take();
  }
  return {
    toPeak: record(0, peakOperation + 1),
    fromPeak: record(peakOperation + 1, operations.length),
    slots: sizes.length,
    peak: peakLiveBytes,
  };
}
