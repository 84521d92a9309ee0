// The map of the block as shapes, for the canvas on the page and for the SVG to keep. The addresses
// are laid out like text: from left to right, in rows.

import type { Block } from "suballoc";
import { count } from "../../src/draw/format.ts";
import type { Frame } from "./frame.ts";

export type Shape =
  | {
      readonly kind: "rect";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      /** Names of colours; `hatched` draws lines of the colour. */
      readonly fill?: string;
      readonly hatched?: boolean;
      readonly stroke?: string;
      readonly strokeWidth?: number;
      readonly dashed?: boolean;
    }
  | {
      readonly kind: "line";
      readonly x: number;
      readonly y: number;
      readonly height: number;
      readonly stroke: string;
    }
  | {
      readonly kind: "text";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly fill: string;
      readonly anchor: "start" | "middle" | "end";
      readonly bold?: boolean;
    };

const rowHeight = 44;
const rowPitch = 66;
const firstRow = 18;
const inset = 2; // so that outlines are not cut off

export class Layout {
  readonly capacity: number;
  readonly width: number;
  readonly rows: number;
  readonly height: number;

  constructor(capacity: number, width: number) {
    this.capacity = capacity;
    this.width = width;
    this.rows = rowsFor(width);
    this.height = firstRow + this.rows * rowPitch;
  }

  /** The address at a point, or undefined beside the rows. */
  addressAt(x: number, y: number): number | undefined {
    const row = Math.floor((y - firstRow) / rowPitch);
    const isInRow = row >= 0 && row < this.rows && y - firstRow - row * rowPitch <= rowHeight;
    const across = (x - inset) / this.#across;
    if (!isInRow || across < 0 || across >= 1) return undefined;
    return Math.min(this.capacity - 1, Math.floor((row + across) * this.#perRow));
  }

  /** Where a range lies: a piece for each row it touches. */
  pieces({ start, size }: Block): { x: number; y: number; width: number; height: number }[] {
    const pieces = [];
    const end = start + size;
    for (let row = Math.floor(start / this.#perRow); row < this.rows; row++) {
      const from = Math.max(start, row * this.#perRow);
      const until = Math.min(end, (row + 1) * this.#perRow);
      if (until <= from) break;
      const x = inset + (from / this.#perRow - row) * this.#across;
      const width = ((until - from) / this.#perRow) * this.#across;
      pieces.push({
        x,
        y: firstRow + row * rowPitch,
        width: Math.max(1, width),
        height: rowHeight,
      });
    }
    return pieces;
  }

  /** The first address of each row. */
  rowStarts(): { address: number; y: number }[] {
    return Array.from({ length: this.rows }, (_, row) => ({
      address: Math.ceil(row * this.#perRow),
      y: firstRow + row * rowPitch,
    }));
  }

  get #perRow(): number {
    return this.capacity / this.rows;
  }

  get #across(): number {
    return this.width - 2 * inset;
  }
}

/** Fewer addresses a row where the screen is narrow. */
function rowsFor(width: number): number {
  if (width >= 800) return 3;
  return width >= 500 ? 4 : 5;
}

export function mapShapes(frame: Frame, layout: Layout, selected?: Block): Shape[] {
  const { happening, live, free } = frame;
  const shapes: Shape[] = [];
  const placed =
    happening.kind === "allocated" || happening.kind === "moved" ? happening.block.start : -1;
  for (const { address, y } of layout.rowStarts()) {
    shapes.push(text(0, y - 5, count(address), "muted", "start", 12));
  }
  shapes.push(
    text(
      layout.width,
      firstRow + (layout.rows - 1) * rowPitch - 5,
      count(layout.capacity),
      "muted",
      "end",
      12,
    ),
  );
  for (const block of free)
    shapes.push(...area(layout, block, { fill: "hatch", hatched: true, stroke: "free-edge" }));
  for (const block of live) {
    const fill = block.start === placed ? "placed" : "live";
    shapes.push(...area(layout, block, { fill, stroke: "surface" }));
    shapes.push(...label(layout, block, count(block.size), `${fill}-text`));
  }
  shapes.push(...highlights(frame, layout));
  if (selected !== undefined) {
    shapes.push(...area(layout, selected, { stroke: "text", strokeWidth: 3 }));
  }
  return shapes;
}

type Style = Pick<
  Extract<Shape, { kind: "rect" }>,
  "fill" | "hatched" | "stroke" | "strokeWidth" | "dashed"
>;

function area(layout: Layout, block: Block, style: Style): Shape[] {
  return layout.pieces(block).map((piece) => ({ kind: "rect", ...piece, ...style }));
}

/** In the widest piece, if there is room. */
function label(layout: Layout, block: Block, words: string, fill: string): Shape[] {
  const pieces = layout.pieces(block);
  const widest = pieces.reduce((a, b) => (b.width > a.width ? b : a), pieces[0]!);
  if (widest.width < words.length * 7.5 + 6) return [];
  return [
    text(widest.x + widest.width / 2, widest.y + rowHeight / 2 + 5, words, fill, "middle", 13),
  ];
}

function text(
  x: number,
  y: number,
  words: string,
  fill: string,
  anchor: "start" | "middle" | "end",
  size: number,
  bold = false,
): Shape {
  return { kind: "text", x, y, text: words, fill, anchor, size, bold };
}

function highlights({ happening }: Frame, layout: Layout): Shape[] {
  if (happening.kind === "allocated" || happening.kind === "refused") {
    const chosen = happening.kind === "allocated" ? happening.chosen : undefined;
    return [
      ...happening.looked.flatMap((block, index) => [
        ...(block === chosen
          ? []
          : area(layout, block, { stroke: "looked", strokeWidth: 2, dashed: true })),
        ...(happening.looked.length > 1
          ? orderSign(layout, block, index + 1, block === chosen)
          : []),
      ]),
      ...(chosen === undefined ? [] : area(layout, chosen, { stroke: "took", strokeWidth: 3 })),
    ];
  }
  if (happening.kind === "freed") {
    const { block, left, right } = happening;
    const start = left?.start ?? block.start;
    const whole = { start, size: block.size + (left?.size ?? 0) + (right?.size ?? 0) };
    const seams = [
      ...(left === undefined ? [] : [block.start]),
      ...(right === undefined ? [] : [right.start]),
    ];
    return [
      ...area(layout, block, { fill: "freed" }),
      ...area(layout, whole, { stroke: "took", strokeWidth: 3 }),
      ...seams.flatMap((address) => seam(layout, address)),
      ...label(layout, whole, count(whole.size), "text"),
    ];
  }
  if (happening.kind === "moved") {
    const from = { start: happening.from, size: happening.block.size };
    return [
      ...area(layout, from, { stroke: "looked", strokeWidth: 2, dashed: true }),
      ...area(layout, happening.block, { stroke: "took", strokeWidth: 3 }),
    ];
  }
  return [];
}

/** Where two blocks met that are one now. */
function seam(layout: Layout, address: number): Shape[] {
  const [at] = layout.pieces({ start: address, size: 1 });
  return at === undefined
    ? []
    : [{ kind: "line", x: at.x, y: at.y, height: rowHeight, stroke: "took" }];
}

/** Below the block: its place in the order of the search. Left out where there is no room for it. */
function orderSign(layout: Layout, block: Block, order: number, isChosen: boolean): Shape[] {
  const [first] = layout.pieces(block);
  const { x, y, width } = first!;
  const sign = String(order);
  if (!isChosen && width < sign.length * 8) return [];
  const fill = isChosen ? "took-text" : "looked-text";
  return [text(x + width / 2, y + rowHeight + 15, sign, fill, "middle", 12, true)];
}
