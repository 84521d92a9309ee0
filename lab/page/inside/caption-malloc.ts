// Where a block came from.

import type { HeapInspection, InspectedBlock } from "suballoc/heap";
import {
  binOfBlock,
  bits,
  bytes,
  nameOfBin,
  nameOfStack,
  plural,
  stackOfBlock,
  stackOfSize,
} from "./caption-words.ts";
import { blockAt, hex } from "./moment.ts";

/** "the block at 0x… from …" */
export function clauseOfMalloc(
  before: HeapInspection,
  after: HeapInspection,
  pointer: number,
): string {
  const block = blockAt(after, pointer)!;
  const source = blockAt(before, block.start);
  const run = newReserve(before, after, block);
  if (run !== undefined) {
    const where =
      source === undefined
        ? `carved at the top, which rises from ${hex(before.top)} to ${hex(after.top)}`
        : `cut from the free block of ${bytes(source.size)} at ${hex(source.start)}`;
    return `the first ${bytes(block.size)} of a new reserve for small blocks, ${bytes(run)} ${where}`;
  }
  if (source === undefined) return fromTop(before, after, block);
  switch (source.state) {
    case "cached":
      return fromStack(before, after, block);
    case "reserve": {
      const left = source.start + source.size - block.start - block.size;
      return `${hex(block.start)}, the next ${bytes(block.size)} of the reserve for small blocks; ${bytes(left)} of it are left`;
    }
    default:
      return fromFree(before, after, block, source);
  }
}

/** Bytes of the run of which the block is the first piece, if there was none before. */
function newReserve(
  before: HeapInspection,
  after: HeapInspection,
  block: InspectedBlock,
): number | undefined {
  const reserve = after.blocks.find(({ state }) => state === "reserve");
  const old = before.blocks.find(({ state }) => state === "reserve");
  if (reserve === undefined || reserve.start !== block.start + block.size) return undefined;
  const isOld = old !== undefined && old.start + old.size === reserve.start + reserve.size;
  return isOld ? undefined : block.size + reserve.size;
}

function fromStack(before: HeapInspection, after: HeapInspection, block: InspectedBlock): string {
  const stack = stackOfBlock(before, block.start)!;
  const last = stack.pointers.at(-1)!.value;
  const left = stackOfSize(after, block.size)?.pointers.length ?? 0;
  const which = last === block.start ? "the one freed last" : "which was in it";
  return `${hex(block.start)} from ${nameOfStack(stack)}, ${which}, without a search; ${left === 0 ? "the stack is empty now" : `${left} stay in it`}`;
}

function fromTop(before: HeapInspection, after: HeapInspection, block: InspectedBlock): string {
  const fits = before.blocks.some(({ state, size }) => state === "free" && size >= block.size);
  const why = fits ? "" : ", since no free block is large enough";
  const grew = endOf(after) !== endOf(before) ? "; the memory had to grow for it" : "";
  return `${hex(block.start)} from the top${why}: the top rises from ${hex(before.top)} to ${hex(after.top)}${grew}`;
}

function fromFree(
  before: HeapInspection,
  after: HeapInspection,
  block: InspectedBlock,
  source: InspectedBlock,
): string {
  const bin = binOfBlock(before, source.start);
  const listed = bin === undefined ? "" : `, from ${nameOfBin(bin)}`;
  if (source.size === block.size) return `${hex(block.start)} whole${listed}: an exact fit`;
  const fitting = before.blocks.filter(({ state, size }) => state === "free" && size >= block.size);
  const isBest = fitting.every(({ size }) => size >= source.size);
  const which =
    isBest && fitting.length > 1 ? "the smallest free block that is large enough" : "a free block";
  const rest = blockAt(after, block.start + block.size);
  const end = source.start + source.size;
  const left =
    rest !== undefined && rest.start === block.start + block.size && rest.start < end
      ? `, and the other ${bytes(Math.min(rest.start + rest.size, end) - rest.start)} stay free at ${hex(rest.start)}`
      : "";
  const front = block.start === source.start ? "its first" : "of it";
  return `${fitting.length === 1 ? "the only free block that is large enough" : which}, ${bytes(source.size)} at ${hex(source.start)}${listed}, and splits it: ${front} ${bytes(block.size)} are handed out${left}`;
}

const endOf = ({ sections }: HeapInspection) => {
  const last = sections.at(-1)!;
  return last.start + last.size;
};

/** What was written for it, and what else had to happen first. */
export function detailsOfMalloc(
  before: HeapInspection,
  after: HeapInspection,
  pointer: number,
): string[] {
  const block = blockAt(after, pointer)!;
  const unit = after.unitAt(block.start);
  const details = [];
  for (const { name, address, value } of block.fields) {
    details.push(
      `Header: ${name} ${bytes(value)}, written at ${hex(address)}; the pointer ${hex(pointer)} is ${bytes(pointer - block.start)} after it.`,
    );
  }
  const end =
    block.fields.length > 0
      ? ""
      : "; the block ends where the next unit that is not 00 begins, so it needs no header";
  details.push(
    `Bitmap: the unit at ${hex(block.start)} reads ${bits(unit.value)}, ${unit.state}${end}.`,
  );
  const growth = (endOf(after) - endOf(before)) / 65536;
  if (growth > 0) {
    const bitmap = after.sections.find(({ name }) => name === "bitmap")!;
    details.unshift(
      `The heap grew by ${plural(growth, "page")} of 64 KiB, and the bitmap moved to ${hex(bitmap.start)}, its new end.`,
    );
  }
  const old = before.blocks.find(({ state }) => state === "reserve");
  if (old !== undefined && newReserve(before, after, block) !== undefined) {
    details.unshift(`What was left of the old reserve, ${bytes(old.size)}, became free.`);
  }
  const stacked = (heap: HeapInspection) =>
    heap.stacks.reduce((sum, { pointers }) => sum + pointers.length, 0);
  if (stacked(before) > 1 && stacked(after) === 0) {
    details.unshift(
      `Nothing was large enough: all ${plural(stacked(before), "block")} in the stacks went back to the heap first, to merge.`,
    );
  }
  return details;
}
