// A tiling in one line, for specs to compare.

import * as core from "../../../assembly/entries/tiling";

function text(value: f64): string {
  return (<i64>value).toString();
}

/** Live blocks as [start+requested size, free ones as (start+size, in address order. */
export function pictureOf(handle: usize): string {
  const parts: string[] = [];
  const blocks = <i32>core.copyLiveBlocks(handle, 0, 128);
  const live: f64[] = [];
  for (let i = 0; i < 3 * blocks; i++) live.push(load<f64>(core.resultAddress() + (i << 3)));
  const free = <i32>core.copyFreeBlocks(handle, 0, 128);
  let l = 0;
  let f = 0;
  while (l < blocks || f < free) {
    const start = f < free ? load<f64>(core.resultAddress() + (f << 4)) : f64.MAX_VALUE;
    if (l < blocks && live[3 * l] < start) {
      parts.push("[" + text(live[3 * l]) + "+" + text(live[3 * l + 1]));
      l++;
    } else {
      parts.push("(" + text(start) + "+" + text(load<f64>(core.resultAddress() + (f << 4), 8)));
      f++;
    }
  }
  return parts.join(" ");
}
