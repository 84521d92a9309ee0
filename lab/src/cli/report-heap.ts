// What --heap found, as text for people and as JSON for programs.

import { count, percent } from "../draw/format.ts";
import { ALIGNMENT } from "../heap/alignment.ts";
import type { HeapComparison, HeapFigures, PolicyFigures } from "../heap/compare.ts";
import { describeTraceAsJson } from "../replay/json.ts";
import { originOf, type Trace } from "../trace/trace.ts";
import { colors, describeTrace, plainTable } from "./report.ts";

export function printHeaps(file: string, trace: Trace, { heaps, policies }: HeapComparison): void {
  const drawn = plainTable(["", "footprint", "over\npeak", "memory", "int.\nfrag.", "ns/op"]);
  const row = ({ name, footprint, ...rest }: HeapFigures | PolicyFigures) => {
    const replay = "replay" in rest ? rest.replay : undefined;
    const fits = replay?.failure === undefined;
    const isBound = "exact" in rest && !rest.exact;
    return [
      name,
      fits ? `${isBound ? "≤ " : ""}${count(footprint)}` : "does not fit",
      fits ? percent(footprint / trace.peakLiveBytes - 1) : "-",
      replay === undefined ? "-" : count(replay.memoryBytes),
      fits ? percent(rest.internalFragmentation) : "-",
      rest.nanosecondsPerOperation?.toFixed(0) ?? "-",
    ];
  };
  drawn.push(...heaps.map(row), ...policies.map(row));
  const lines = [colors.bold(file), ...describeTrace(trace), "", drawn.toString(), ""];
  for (const { name, replay } of heaps) {
    if (replay.failure !== undefined) {
      const { size } = replay.failure;
      const origin = originOf(trace, replay.operations);
      lines.push(`${name}: ${count(size)} bytes (${origin}) do not fit in a memory of 4 GiB`);
    }
  }
  const checked = Math.min(...heaps.map(({ replay }) => replay.checkedBytes));
  lines.push(
    `Everything is aligned to ${ALIGNMENT} bytes, or to more where the trace asks for it. The heaps hold real`,
    `bytes: ${count(checked)} were written in each, and all were the same when their blocks were freed.`,
    "The policies hold none: they place the same sizes, rounded up. Their footprint is their smallest",
    "capacity. memory: all of it, with bookkeeping and what growth took in advance. ns/op: called from",
    "JavaScript, the loop included, after memory has grown; contents are neither written nor checked.",
  );
  console.log(lines.join("\n"));
}

export function printHeapsAsJson(file: string, trace: Trace, comparison: HeapComparison): void {
  const figures = (figures: HeapFigures | PolicyFigures) => ({
    footprint: figures.footprint,
    overheadPercent: (figures.footprint / trace.peakLiveBytes - 1) * 100,
    internalFragmentationAtPeak: figures.internalFragmentation,
    nanosecondsPerOperation: figures.nanosecondsPerOperation ?? null,
  });
  const heaps = comparison.heaps.map((heap) => {
    const { failure, operations, memoryBytes, checkedBytes } = heap.replay;
    return {
      heap: heap.name,
      fits: failure === undefined,
      failure: failure === undefined ? null : { ...failure, operation: operations },
      ...{ operations, memoryBytes, checkedBytes },
      ...figures(heap),
    };
  });
  const policies = comparison.policies.map((policy) => ({
    policy: policy.name,
    footprintIsExact: policy.exact,
    ...figures(policy),
  }));
  const described = describeTraceAsJson(file, trace);
  console.log(JSON.stringify({ ...described, alignment: ALIGNMENT, heaps, policies }, null, 2));
}
