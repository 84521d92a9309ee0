// Where a freed block went.

import type { HeapInspection, InspectedBlock } from "suballoc/heap";
import { binOfBlock, bits, bytes, nameOfBin, nameOfStack, stackOfSize } from "./caption-words.ts";
import { blockAt, hex } from "./moment.ts";

/** "pushes …", "gives back …" */
export function clauseOfFree(
  before: HeapInspection,
  after: HeapInspection,
  pointer: number,
  { hasChangedBytes = true }: { readonly hasChangedBytes?: boolean } = {},
): string {
  const block = blockAt(before, pointer)!;
  if (block.start >= after.top) return intoTop(before, after, block);
  const now = blockAt(after, block.start)!;
  if (now.state === "cached") {
    const untouched = hasChangedBytes ? "" : "; not a byte of it changes";
    return `pushes the block onto ${nameOfStack(now)}, for the next malloc of its size, and does not merge it${untouched}`;
  }
  const isSmall = block.size <= before.small.upTo;
  const full =
    isSmall && stackOfSize(before, block.size)?.pointers.length === before.small.stack
      ? `finds ${nameOfStack(block)} full (${before.small.stack}), so it gives`
      : "gives";
  const given = `${full} ${bytes(block.size)} back to the heap`;
  const left = block.start - now.start;
  const right = now.start + now.size - block.start - block.size;
  const became = `one free block of ${bytes(now.size)} at ${hex(now.start)}`;
  if (left > 0 && right > 0)
    return `${given} and merges them with both neighbours, ${bytes(left)} before and ${bytes(right)} after: ${became}`;
  if (left > 0)
    return `${given} and merges them with the free block before, ${bytes(left)}: ${became}`;
  if (right > 0)
    return `${given} and merges them with the free block after, ${bytes(right)}: ${became}`;
  return `${given}: no neighbour is free, so they become a free block of their own`;
}

function intoTop(before: HeapInspection, after: HeapInspection, block: InspectedBlock): string {
  const merged = block.start - after.top;
  const together = merged > 0 ? `, with the free ${bytes(merged)} before it` : "";
  return `gives back the last block below the top${together}: the top falls from ${hex(before.top)} to ${hex(after.top)}`;
}

/** What was written for it. */
export function detailsOfFree(
  before: HeapInspection,
  after: HeapInspection,
  pointer: number,
): string[] {
  const block = blockAt(before, pointer)!;
  if (block.start >= after.top) {
    const { state, value } = after.unitAt(after.top);
    return [`Bitmap: the unit at the top, ${hex(after.top)}, reads ${bits(value)}, ${state}.`];
  }
  const now = blockAt(after, block.start)!;
  const unit = after.unitAt(now.start);
  if (now.state === "cached") {
    const stack = stackOfSize(after, now.size)!;
    const slot = stack.pointers.find(({ value }) => value === now.start)!;
    return [
      `Stack: ${hex(now.start)} is written at ${hex(slot.address)}; it holds ${stack.pointers.length} of at most ${stack.capacity} pointers.`,
      `Bitmap: the unit at ${hex(now.start)} reads ${bits(unit.value)}, ${unit.state}: to its neighbours the block is not free, so nothing merges with it.`,
    ];
  }
  const field = (name: string) => now.fields.find((one) => one.name === name);
  const [size, footer] = [field("size"), field("footer")];
  const details = [];
  if (size !== undefined && footer === undefined) {
    details.push(
      `Boundary tags: its size, ${bytes(size.value)}, stands at ${hex(size.address)}. A block that has grown may grow again: it gets into a bin, and its size into its last four bytes, when another grows or when a block is looked for; until then the control block says where it is and where it ends.`,
    );
  } else if (size !== undefined && footer !== undefined) {
    details.push(
      `Boundary tags: its size, ${bytes(size.value)}, stands at ${hex(size.address)} and in its last four bytes, at ${hex(footer.address)}, where its neighbours find it.`,
    );
  }
  const bin = binOfBlock(after, now.start);
  if (bin !== undefined) {
    const place = bin.blocks.indexOf(now.start) + 1;
    details.push(
      `Bin: it is number ${place} of ${bin.blocks.length} in ${nameOfBin(bin)}, whose head is at ${hex(bin.head.address)}.`,
    );
  }
  details.push(
    `Bitmap: its first unit reads ${bits(unit.value)}, ${unit.state}, the others 00; the unit after it reads ${bits(after.unitAt(now.start + now.size).value)}, whose first bit says that the block before is free.`,
  );
  return details;
}
