// Which bytes are shown for a block, and what each of them is: its own, its neighbours' next to it, and those of the control
// block and the bitmap that describe it.

import type { HeapField } from "suballoc/heap";
import { count } from "../../src/draw/format.ts";
import { binOfBlock, nameOfBin, nameOfStack, stackOfBlock } from "./caption-words.ts";
import { hex, type Moment } from "./moment.ts";
import { type MapStretch, nameOf, stretchesOf } from "./stretches.ts";

/** Rows of 16 bytes, or a remark in place of rows that are left out. */
export type HexRow =
  | { readonly kind: "bytes"; readonly address: number }
  | { readonly kind: "left out"; readonly bytes: number };

export interface HexField extends HeapField {
  /** What its value means, where that is neither an address nor a size. */
  readonly text?: string;
}

export interface HexPart {
  readonly title: string;
  /** For colours. */
  readonly name: MapStretch["state"] | "control" | "bitmap";
  readonly rows: readonly HexRow[];
  readonly fields: readonly HexField[];
  /** Bytes that are meant, where not all of a row are. */
  readonly from: number;
  readonly to: number;
  readonly isSelected?: boolean;
}

const ROW = 16;

function rowsBetween(from: number, to: number): HexRow[] {
  const rows: HexRow[] = [];
  for (let at = from - (from % ROW); at < to; at += ROW) rows.push({ kind: "bytes", address: at });
  return rows;
}

/** The first and the last rows of a stretch. */
function ends({ start, size }: MapStretch, first: number, last: number): HexRow[] {
  const rows = Math.ceil(size / ROW);
  if (rows <= first + last + 1) return rowsBetween(start, start + size);
  const leftOut: HexRow = { kind: "left out", bytes: (rows - first - last) * ROW };
  const end = start + size;
  return [
    ...rowsBetween(start, start + first * ROW),
    leftOut,
    ...rowsBetween(end - last * ROW, end),
  ];
}

export function partsOf(moment: Moment, selected: number): HexPart[] {
  const stretches = stretchesOf(moment);
  const index = stretches.findIndex(({ start }) => start === selected);
  const stretch = stretches[index];
  if (stretch === undefined) return [];
  const part = (of: MapStretch, title: string, rows: HexRow[]): HexPart => ({
    ...{ title: `${title}: ${nameOf(of)}, ${count(of.size)} bytes` },
    ...{
      name: of.state,
      rows,
      fields: fieldsOf(moment, of),
      from: of.start,
      to: of.start + of.size,
    },
    isSelected: of === stretch,
  });
  const parts: HexPart[] = [];
  const [before, after] = [stretches[index - 1], stretches[index + 1]];
  if (before !== undefined) parts.push(part(before, "Before it", ends(before, 1, 1)));
  // Nothing is known of memory that is not used yet.
  if (stretch.state !== "unused") parts.push(part(stretch, "Selected", ends(stretch, 3, 2)));
  if (after !== undefined && after.state !== "unused")
    parts.push(part(after, "After it", ends(after, 1, 1)));
  return [...parts, ...listing(moment, stretch), bitmapOf(moment, stretch)];
}

function fieldsOf({ heap }: Moment, { start, fields }: MapStretch): HexField[] {
  const head = binOfBlock(heap, start)?.head.address;
  return fields.map((field) => {
    const isBin = field.name === "previous" && field.value === head;
    return isBin ? { ...field, text: "its bin" } : field;
  });
}

/** The bin or the stack that the block is in. */
function listing({ heap }: Moment, { start, state }: MapStretch): HexPart[] {
  if (state === "free") {
    const bin = binOfBlock(heap, start);
    if (bin === undefined) return [];
    const { head } = bin;
    return [
      {
        title: `Its list: ${nameOfBin(bin)}, head in the control block`,
        ...{ name: "control", rows: rowsBetween(head.address, head.address + 4) },
        ...{ fields: [head], from: head.address, to: head.address + 4 },
      },
    ];
  }
  if (state !== "cached") return [];
  const stack = stackOfBlock(heap, start);
  if (stack === undefined) return [];
  const [first, last] = [stack.pointers[0]!, stack.pointers.at(-1)!];
  const fields = stack.pointers.map((pointer, i) => ({
    ...pointer,
    name: pointer === last ? "next out" : `no. ${stack.pointers.length - i}`,
  }));
  const [from, to] = [first.address, last.address + 4];
  const top = { ...stack.top, name: "filled", text: topText(stack.top.value) };
  return [
    {
      title: `Its list: ${nameOfStack(stack)}, in the control block`,
      ...{ name: "control", rows: rowsBetween(from, to), fields, from, to },
    },
    {
      title: "How far that stack is filled, in the control block",
      ...{ name: "control", rows: rowsBetween(stack.top.address, stack.top.address + 4) },
      ...{ fields: [top], from: stack.top.address, to: stack.top.address + 4 },
    },
  ];
}

const topText = (value: number) => `${count(value)} bytes`;

/** The bytes of the bitmap with the bits of the block's units, and of the unit after it. */
function bitmapOf({ heap }: Moment, { start, size, state }: MapStretch): HexPart {
  const from = heap.unitAt(start).byte;
  const last = state === "unused" ? start : start + size;
  const to = heap.unitAt(Math.min(last, heap.top)).byte + 1;
  const rows = rowsBetween(from, to);
  const shown: HexRow[] =
    rows.length <= 3
      ? rows
      : [rows[0]!, { kind: "left out", bytes: (rows.length - 2) * ROW }, rows.at(-1)!];
  return {
    title: `The bitmap: each byte has the bits of four units; those of this block begin at ${hex(from)}`,
    ...{ name: "bitmap", rows: shown, fields: [], from, to },
  };
}
