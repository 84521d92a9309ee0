// The lab's recorded traces as calls of malloc, free and realloc. (The lab's own reader turns a realloc into two
// operations, which is right for ranges, and not for a malloc that may grow a block in place.)

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ROOT } from "../../paths.ts";

export const KIND = { malloc: 0, free: 1, realloc: 2 } as const;

export interface TraceOperations {
  /** Two numbers each: slot << 2 | kind, size. */
  readonly operations: Uint32Array;
  readonly slots: number;
}

export const TRACES = ["sqlite", "jq", "cc1"] as const;

const ALLOCATION = /^--\d+-- .*?(\w+)\(([^()]*)\) = 0x([0-9A-F]+)$/;
const FREE = /^--\d+-- (?:free|_Zd\w+)\(0x([0-9A-F]+)/;

/** The size that a call asks for. */
function sizeOf(name: string, args: string): number {
  const numbers = args.split(",").map((text) => Number(text.replace(/^.*\s/, "")));
  if (name === "calloc") return (numbers[0] as number) * (numbers[1] as number);
  return numbers.at(-1) as number;
}

export function readTrace(name: string): TraceOperations {
  const text = gunzipSync(readFileSync(join(ROOT, `lab/traces/${name}.vg.gz`))).toString("latin1");
  const operations: number[] = [];
  const slotOf = new Map<string, number>();
  let slots = 0;
  for (const line of text.split("\n")) {
    const allocation = ALLOCATION.exec(line);
    if (allocation) {
      const [, call = "", args = "", pointer = ""] = allocation;
      const size = sizeOf(call, args);
      const old = call === "realloc" ? args.split(",")[0]?.replace(/^0x/, "") : undefined;
      const slot = old === undefined || old === "0" ? slots++ : slotOf.get(old);
      if (slot === undefined) throw new Error(`${name}: ${line}`);
      if (old !== undefined) slotOf.delete(old);
      slotOf.set(pointer, slot);
      operations.push(
        (slot << 2) | (old === undefined || old === "0" ? KIND.malloc : KIND.realloc),
        size,
      );
      continue;
    }
    const pointer = FREE.exec(line)?.[1];
    const slot = pointer === undefined ? undefined : slotOf.get(pointer);
    if (pointer === undefined || slot === undefined) continue;
    slotOf.delete(pointer);
    operations.push((slot << 2) | KIND.free, 0);
  }
  return { operations: Uint32Array.from(operations), slots };
}
