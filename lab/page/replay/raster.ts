// Address against time as pixels: time to the right, addresses upwards.

import { PixelGrid } from "../../src/draw/pixel-grid.ts";
import { sizeClassOf } from "../../src/draw/size-classes.ts";
import type { Replay } from "../../src/replay/replay.ts";
import { deathsOf, type Trace } from "../../src/trace/trace.ts";

export interface Raster {
  readonly width: number;
  readonly height: number;
  /** By pixel: size class × levels + level of coverage, or -1 where nothing is live. */
  readonly inks: Int8Array<ArrayBuffer>;
}

export const levels = 8;
const width = 1000;
const height = 240;

export function addressAgainstTime(
  trace: Trace,
  { capacity, operations, addresses }: Replay,
): Raster {
  const grid = new PixelGrid(width, height);
  const deaths = deathsOf(trace);
  const across = width / trace.operations.length;
  const up = height / capacity;
  for (let birth = 0; birth < operations; birth++) {
    const id = trace.operations[birth]!;
    if (id < 0) continue;
    const size = trace.sizes[id]!;
    const top = height - (addresses[id]! + size) * up;
    const death = Math.min(deaths[id]!, operations);
    grid.add(sizeClassOf(size), birth * across, death * across, top, top + size * up);
  }
  return { width, height, inks: grid.inks(levels) };
}
