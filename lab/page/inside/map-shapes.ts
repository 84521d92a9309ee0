// The shapes that the map is made of.

import { count } from "../../src/draw/format.ts";
import { bits } from "./caption-words.ts";
import { letterOf, type Moment } from "./moment.ts";
import type { Piece, Row } from "./rows.ts";
import { type MapStretch, nameOf } from "./stretches.ts";

const namespace = "http://www.w3.org/2000/svg";
export const gutter = 46;
export const barHeight = 32;
const bitsHeight = 14;
export const rowPitch = barHeight + bitsHeight + 10;
export const foldPitch = 30;
/** Pixels that a character of a label takes. */
const character = 7;

type Attributes = Readonly<Record<string, string | number | boolean>>;

export function make<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  text?: string,
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

function text(className: string, x: number, y: number, words: string): SVGTextElement {
  return make("text", { class: className, x, y, "text-anchor": "middle" }, words);
}

export function patterns(): SVGDefsElement {
  const defs = make("defs", {});
  for (const name of ["free", "slack"]) {
    const pattern = make("pattern", {
      ...{ id: `hatch-${name}`, width: 6, height: 6, patternUnits: "userSpaceOnUse" },
      patternTransform: `rotate(${name === "free" ? 45 : -45})`,
    });
    pattern.append(make("line", { class: `hatch ${name}`, x1: 0, y1: 0, x2: 0, y2: 6 }));
    defs.append(pattern);
  }
  return defs;
}

/** Of each stretch the piece that has most room for a label. */
export function widestPieces(rows: readonly Row<MapStretch>[]): Map<MapStretch, Piece<MapStretch>> {
  const widest = new Map<MapStretch, Piece<MapStretch>>();
  for (const row of rows) {
    if (row.kind === "fold") continue;
    for (const piece of row.pieces) {
      if (piece.units > (widest.get(piece.of)?.units ?? 0)) widest.set(piece.of, piece);
    }
  }
  return widest;
}

/** The bar of a piece: its background, the heap's own numbers in it, bytes nobody asked for, and a label. */
export function bar(
  { of, start, from, units, isFirst, isLast }: Piece<MapStretch>,
  y: number,
  unitWidth: number,
  unit: number,
): SVGElement[] {
  const x = gutter + from * unitWidth + (isFirst ? 0.5 : 0);
  const end = gutter + (from + units) * unitWidth - (isLast ? 0.5 : 0);
  const perByte = unitWidth / unit;
  const atByte = (address: number) => gutter + from * unitWidth + (address - start) * perByte;
  const shapes: SVGElement[] = [
    make("rect", { class: "block", x, y, width: Math.max(1, end - x), height: barHeight }),
  ];
  const part = (className: string, address: number, bytes: number) => {
    const a = Math.max(address, start);
    const b = Math.min(address + bytes, start + units * unit);
    if (b <= a) return;
    shapes.push(
      make("rect", {
        ...{ class: className, x: Math.max(x, atByte(a)), y, height: barHeight },
        width: Math.min(end, atByte(b)) - Math.max(x, atByte(a)),
      }),
    );
  };
  const { allocation } = of;
  if (allocation !== undefined) {
    part("header", of.start, allocation.pointer - of.start);
    const asked = allocation.pointer + allocation.size;
    part("slack", asked, of.start + of.size - asked);
  }
  for (const { name, address } of of.fields) part(`field ${name}`, address, 4);
  return shapes;
}

/** What is written on a piece, if there is room. */
export function barLabel(
  { of, from, units }: Piece<MapStretch>,
  y: number,
  unitWidth: number,
): SVGElement[] {
  const width = units * unitWidth;
  const words = label(of, width);
  const x = gutter + from * unitWidth + width / 2;
  return words === "" ? [] : [text(`label ${of.state}`, x, y + 17, words)];
}

function label(stretch: MapStretch, width: number): string {
  const { state, size, allocation } = stretch;
  const fits = (words: string) => (words.length + 1) * character <= width;
  const name =
    allocation !== undefined
      ? letterOf(allocation.id)
      : {
          live: "",
          free: "free",
          cached: "cached",
          reserve: "reserve",
          foreign: "foreign",
          unused: "unused",
        }[state];
  const short = allocation === undefined ? count(size) : name;
  return [`${name} ${count(size)}`, short].find(fits) ?? "";
}

export function foldBar(y: number, width: number): SVGElement {
  return make("rect", { class: "block fold", x: gutter, y, width, height: foldPitch - 8 });
}

export function foldLabel(
  { of, size }: Extract<Row<MapStretch>, { kind: "fold" }>,
  y: number,
  width: number,
): SVGElement {
  const what = of.state === "unused" ? "bytes not used yet" : `bytes more of ${nameOf(of)}`;
  return text(`label ${of.state}`, gutter + width / 2, y + 15, `⋯ ${count(size)} ${what} ⋯`);
}

/** The two bits of each unit, where there is room also as digits. */
export function unitBits(
  { of, from, units }: Piece<MapStretch>,
  rowStart: number,
  y: number,
  unitWidth: number,
  { heap }: Moment,
): SVGElement[] {
  if (of.state === "unused") units = Math.min(units, 1); // the unit at the top ends the last block
  const shapes: SVGElement[] = [];
  for (let i = 0; i < units; i++) {
    const { value, state } = heap.unitAt(rowStart + (from + i) * heap.unit);
    const x = gutter + (from + i) * unitWidth;
    const className = `unit ${state.replaceAll(" ", "-")}`;
    shapes.push(
      make("rect", { class: className, x: x + 0.5, y, width: unitWidth - 1, height: bitsHeight }),
      text(className, x + unitWidth / 2, y + 10.5, bits(value)),
    );
  }
  return shapes;
}
