// A heap of its own for each test, in pages that it grows itself, and its bitmap as text.

import { init } from "../../../assembly/heap";
import { stateOf } from "../../../assembly/heap/bitmap";
import { current, UNIT } from "../../../assembly/heap/layout";
import { OK } from "../../../assembly/heap/status";

/** Starts a heap that may have so many pages. */
export function startHeap(pages: u32): void {
  if (init(0, pages) != OK) throw new Error("init");
}

/** The states of `count` units from p on, a digit each. */
export function statesAt(p: u32, count: u32): string {
  let text = "";
  for (let i: u32 = 0; i < count; i++) text += stateOf(p + i * UNIT).toString();
  return text;
}

/** Bytes between the last block and the bitmaps. */
export function roomAtTop(): u32 {
  return current().limit - current().top;
}
