// Address against time as pixels: time to the right, addresses upwards.

import { PixelGrid } from "../../src/draw/pixel-grid.ts";
import { sizeClasses, sizeClassOf } from "../../src/draw/size-classes.ts";
import type { Replay } from "../../src/replay/replay.ts";
import { deathsOf, type Trace } from "../../src/trace/trace.ts";
import { type Filter, includedBy } from "./filter.ts";
import type { View } from "./view.ts";

export interface Raster {
  readonly width: number;
  readonly height: number;
  /** What it is a picture of. */
  readonly view: View;
  readonly filter: Filter | undefined;
  /** By pixel: size class × levels + level of coverage, or -1 where nothing is live. */
  readonly inks: Int8Array<ArrayBuffer>;
}

export const levels = 8;
/** The class of what is filtered out. */
export const shadowClass = sizeClasses.length;

const width = 1000;
const height = 240;
/** Blocks of this many pixels are told apart from their neighbours, by a gap of so much of a pixel. */
const telling = 4;
const gap = 0.7;

export function addressAgainstTime(
  trace: Trace,
  { operations, addresses }: Replay,
  view: View,
  filter: Filter | undefined,
): Raster {
  const grid = new PixelGrid(width, height);
  const shadows = filter && new PixelGrid(width, height, 1);
  const includes = includedBy(filter, trace);
  const deaths = deathsOf(trace);
  const across = width / (view.to - view.from);
  const up = height / (view.high - view.low);
  const until = Math.min(operations, view.to);
  for (let birth = 0; birth < until; birth++) {
    const id = trace.operations[birth]!;
    if (id < 0 || deaths[id]! <= view.from) continue;
    const size = trace.sizes[id]!;
    const address = addresses[id]!;
    if (address >= view.high || address + size <= view.low) continue;
    const left = (birth - view.from) * across;
    const right = (Math.min(deaths[id]!, operations) - view.from) * across;
    const top = height - (address + size - view.low) * up;
    const bottom = top + size * up;
    const inset = right - left >= telling && bottom - top >= telling ? gap : 0;
    if (includes(id)) grid.add(sizeClassOf(size), left, right - inset, top + inset, bottom);
    else shadows?.add(0, left, right - inset, top + inset, bottom);
  }
  const inks = grid.inks(levels);
  shadows?.inks(levels).forEach((ink, pixel) => {
    if (ink >= 0 && inks[pixel]! < 0) inks[pixel] = shadowClass * levels + ink;
  });
  return { width, height, view, filter, inks };
}
