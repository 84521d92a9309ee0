// The map of the heap: blocks to scale with the bits of the bitmap below them, as SVG whose blocks can be pressed and
// walked through with the keyboard.

import { count } from "../../src/draw/format.ts";
import { bits } from "./caption-words.ts";
import { letterOf, type Moment } from "./moment.ts";
import { type Piece, type Row, rowsOf, unitsPerRow } from "./rows.ts";
import { describe, type MapStretch, nameOf, stretchesOf } from "./stretches.ts";

const namespace = "http://www.w3.org/2000/svg";
const gutter = 46;
const barHeight = 32;
const bitsHeight = 14;
const rowPitch = barHeight + bitsHeight + 10;
const foldPitch = 30;
/** Pixels that a character of a label takes. */
const character = 7;

export interface MapHandlers {
  onSelect(start: number): void;
  /** Pressed with the mouse or Enter; `Delete` frees in any case. */
  onPress(stretch: MapStretch, isDelete: boolean): void;
}

export class HeapMap {
  readonly #svg: SVGSVGElement;
  readonly #handlers: MapHandlers;
  #moment: Moment | undefined;
  #stretches: readonly MapStretch[] = [];
  #selected = 0;
  #width = 0;

  constructor(svg: SVGSVGElement, handlers: MapHandlers) {
    this.#svg = svg;
    this.#handlers = handlers;
    svg.addEventListener("click", (event) => this.#onClick(event));
    svg.addEventListener("keydown", (event) => this.#onKey(event));
    svg.addEventListener("focusin", (event) => {
      const stretch = this.#under(event.target);
      if (stretch !== undefined && stretch.start !== this.#selected)
        handlers.onSelect(stretch.start);
    });
    new ResizeObserver(() => {
      const width = svg.parentElement!.clientWidth;
      if (width !== this.#width && width > 0) this.#draw();
    }).observe(svg.parentElement!);
  }

  /** `selected` is the start of a block, or of the memory that is not used yet. */
  show(moment: Moment, selected: number): void {
    this.#moment = moment;
    this.#selected = selected;
    this.#stretches = stretchesOf(moment);
    this.#draw();
  }

  #under(target: EventTarget | null): MapStretch | undefined {
    const start = (target as Element | null)?.closest("[data-start]")?.getAttribute("data-start");
    return this.#stretches.find((stretch) => String(stretch.start) === start);
  }

  #onClick(event: MouseEvent): void {
    const stretch = this.#under(event.target);
    if (stretch !== undefined) this.#handlers.onPress(stretch, false);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const stretch = this.#under(event.target);
    if (stretch === undefined) return;
    const index = this.#stretches.indexOf(stretch);
    const last = this.#stretches.length - 1;
    const moves: Record<string, number> = {
      ...{ ArrowRight: index + 1, ArrowDown: index + 1, ArrowLeft: index - 1, ArrowUp: index - 1 },
      ...{ Home: 0, End: last },
    };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      const to = this.#stretches[Math.max(0, Math.min(last, move))]!;
      this.#groupOf(to.start)?.focus();
    } else if (["Enter", " ", "Delete"].includes(event.key)) {
      event.preventDefault();
      this.#handlers.onPress(stretch, event.key === "Delete");
    }
  }

  #groupOf(start: number): SVGGElement | null {
    return this.#svg.querySelector<SVGGElement>(`g[data-start="${start}"]`);
  }

  #draw(): void {
    const moment = this.#moment;
    const width = this.#svg.parentElement!.clientWidth;
    if (moment === undefined || width === 0) return;
    this.#width = width;
    const hadFocus = this.#svg.contains(document.activeElement);
    const perRow = unitsPerRow(width);
    const unitWidth = Math.floor(((width - gutter - 2) / perRow) * 4) / 4;
    const rows = rowsOf(this.#stretches, moment.heap.unit, perRow);

    const widest = widestPieces(rows);
    const groups = new Map<MapStretch, SVGGElement>();
    const groupOf = (stretch: MapStretch) => {
      let group = groups.get(stretch);
      if (group === undefined) {
        const isSelected = stretch.start === this.#selected;
        group = make("g", {
          ...{ class: `stretch ${stretch.state}`, role: "option", "data-start": stretch.start },
          ...{ tabindex: isSelected ? 0 : -1, "aria-selected": isSelected },
          "aria-label": describe(stretch),
        });
        group.append(make("title", {}, describe(stretch)));
        groups.set(stretch, group);
      }
      return group;
    };
    const labels = make("g", { class: "addresses", "aria-hidden": true });
    const bitmap = make("g", { class: "bits", "aria-hidden": true });
    let y = 4;
    for (const row of rows) {
      labels.append(
        make(
          "text",
          { x: gutter - 8, y: y + (row.kind === "fold" ? 15 : 21), "text-anchor": "end" },
          row.start.toString(16),
        ),
      );
      if (row.kind === "fold") {
        groupOf(row.of).append(...fold(row, y, perRow * unitWidth));
        y += foldPitch;
        continue;
      }
      for (const piece of row.pieces) {
        const isLabelled = widest.get(piece.of) === piece;
        groupOf(piece.of).append(...bar(piece, y, unitWidth, moment.heap.unit, isLabelled));
        bitmap.append(...unitBits(piece, row.start, y + barHeight + 1, unitWidth, moment));
      }
      y += rowPitch;
    }
    const height = y;
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#svg.setAttribute("width", String(width));
    this.#svg.setAttribute("height", String(height));
    this.#svg.replaceChildren(patterns(), labels, bitmap, ...groups.values());
    if (hadFocus) this.#groupOf(this.#selected)?.focus({ preventScroll: true });
  }
}

type Attributes = Readonly<Record<string, string | number | boolean>>;

function make<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  text?: string,
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

function patterns(): SVGDefsElement {
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
function widestPieces(rows: readonly Row<MapStretch>[]): Map<MapStretch, Piece<MapStretch>> {
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
function bar(
  { of, start, from, units, isFirst, isLast }: Piece<MapStretch>,
  y: number,
  unitWidth: number,
  unit: number,
  isLabelled: boolean,
): SVGElement[] {
  const x = gutter + from * unitWidth + (isFirst ? 0.5 : 0);
  const end = gutter + (from + units) * unitWidth - (isLast ? 0.5 : 0);
  const perByte = unitWidth / unit;
  const atByte = (address: number) => gutter + from * unitWidth + (address - start) * perByte;
  const shapes: SVGElement[] = [
    make("rect", { class: "block", x, y, width: Math.max(1, end - x), height: barHeight }),
  ];
  const part = (className: string, address: number, bytes: number, height = barHeight) => {
    const a = Math.max(address, start);
    const b = Math.min(address + bytes, start + units * unit);
    if (b <= a) return;
    shapes.push(
      make("rect", {
        ...{ class: className, x: Math.max(x, atByte(a)), y: y + barHeight - height, height },
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
  for (const { name, address } of of.fields) part(`field ${name}`, address, 4, 9);
  const words = isLabelled ? label(of, end - x) : "";
  if (words !== "") {
    shapes.push(
      make("text", { class: "label", x: (x + end) / 2, y: y + 17, "text-anchor": "middle" }, words),
    );
  }
  return shapes;
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
  return [`${name} ${count(size)}`, count(size), name.slice(0, 1)].find(fits) ?? "";
}

function fold(
  { of, size }: Extract<Row<MapStretch>, { kind: "fold" }>,
  y: number,
  width: number,
): SVGElement[] {
  const what =
    of.state === "unused"
      ? `${count(size)} bytes not used yet, up to the bitmap`
      : `${count(size)} bytes more of ${nameOf(of).toLowerCase()}`;
  return [
    make("rect", { class: "block fold", x: gutter, y, width, height: foldPitch - 8 }),
    make(
      "text",
      { class: "label", x: gutter + width / 2, y: y + 15, "text-anchor": "middle" },
      `⋯ ${what} ⋯`,
    ),
  ];
}

/** The two bits of each unit, where there is room also as digits. */
function unitBits(
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
    const className = `unit ${state.replace(" ", "-")}`;
    shapes.push(
      make("rect", { class: className, x: x + 0.5, y, width: unitWidth - 1, height: bitsHeight }),
      make(
        "text",
        { class: className, x: x + unitWidth / 2, y: y + 10.5, "text-anchor": "middle" },
        bits(value),
      ),
    );
  }
  return shapes;
}
