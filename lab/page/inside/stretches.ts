// What the map shows: the blocks of a moment, with what the page knows of them, and the memory that is not used yet.

import type { HeapBlockState, HeapField } from "suballoc/heap";
import { count } from "../../src/draw/format.ts";
import { type Allocation, hex, letterOf, type Moment } from "./moment.ts";
import type { Stretch } from "./rows.ts";

export interface MapStretch extends Stretch {
  readonly state: HeapBlockState | "unused";
  readonly fields: readonly HeapField[];
  readonly allocation: Allocation | undefined;
}

export function stretchesOf({ heap, allocations }: Moment): MapStretch[] {
  const live = new Map(
    allocations.flatMap((one) => (one?.isLive ? [[one.pointer, one] as const] : [])),
  );
  const stretches: MapStretch[] = heap.blocks.map((block) => ({
    ...{ start: block.start, size: block.size, state: block.state, fields: block.fields },
    allocation: block.pointer === undefined ? undefined : live.get(block.pointer),
  }));
  const unused = heap.sections.find(({ name }) => name === "unused");
  if (unused !== undefined) {
    const { start, size } = unused;
    stretches.push({ start, size, state: "unused", fields: [], allocation: undefined });
  }
  return stretches;
}

const names: Readonly<Record<MapStretch["state"], string>> = {
  live: "live block",
  free: "free block",
  cached: "freed block in a stack",
  reserve: "reserve for small blocks",
  foreign: "somebody else's pages",
  unused: "not used yet",
};

/** "live block A" */
export function nameOf({ state, allocation }: MapStretch): string {
  return allocation === undefined ? names[state] : `${names[state]} ${letterOf(allocation.id)}`;
}

/** "Live block A, 112 bytes at 0xd580 (54,656), 100 asked for" */
export function describe(stretch: MapStretch): string {
  const { start, size, allocation } = stretch;
  const asked = allocation === undefined ? "" : `, ${count(allocation.size)} asked for`;
  const pointer =
    allocation === undefined || allocation.pointer === start
      ? ""
      : `, pointer ${hex(allocation.pointer)}`;
  const name = nameOf(stretch);
  return `${name[0]!.toUpperCase()}${name.slice(1)}: ${count(size)} bytes at ${hex(start)} (${start})${pointer}${asked}`;
}
