// The map of the heap: blocks to scale with the bits of the bitmap below them, as SVG whose blocks can be pressed and
// walked through with the keyboard.

import {
  bar,
  barHeight,
  barLabel,
  foldBar,
  foldLabel,
  foldPitch,
  gutter,
  make,
  patterns,
  rowPitch,
  unitBits,
  widestPieces,
} from "./map-shapes.ts";
import type { Moment } from "./moment.ts";
import { rowsOf, unitsPerRow } from "./rows.ts";
import { describe, type MapStretch, stretchesOf } from "./stretches.ts";

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
    const isSame = moment === this.#moment;
    this.#moment = moment;
    this.#selected = selected;
    // Elements that stay where they are: a press begins on one, which takes the focus, and must end on it.
    if (isSame) return this.#markSelected();
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

  #markSelected(): void {
    for (const group of this.#svg.querySelectorAll("g[data-start]")) {
      const isSelected = group.getAttribute("data-start") === String(this.#selected);
      group.setAttribute("aria-selected", String(isSelected));
      group.setAttribute("tabindex", isSelected ? "0" : "-1");
    }
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
        group = make("g", {
          ...{ class: `stretch ${stretch.state}`, role: "option", "data-start": stretch.start },
          "aria-label": describe(stretch),
        });
        group.append(make("title", {}, describe(stretch)));
        groups.set(stretch, group);
      }
      return group;
    };
    const addresses = make("g", { class: "addresses", "aria-hidden": true });
    const labels = make("g", { "aria-hidden": true });
    const bitmap = make("g", { class: "bits", "aria-hidden": true });
    let y = 4;
    for (const row of rows) {
      const isFold = row.kind === "fold";
      const addressAt = { x: gutter - 8, y: y + (isFold ? 15 : 21), "text-anchor": "end" };
      addresses.append(make("text", addressAt, row.start.toString(16)));
      if (isFold) {
        groupOf(row.of).append(foldBar(y, perRow * unitWidth));
        labels.append(foldLabel(row, y, perRow * unitWidth));
        y += foldPitch;
        continue;
      }
      for (const piece of row.pieces) {
        groupOf(piece.of).append(...bar(piece, y, unitWidth, moment.heap.unit));
        if (widest.get(piece.of) === piece) labels.append(...barLabel(piece, y, unitWidth));
        bitmap.append(...unitBits(piece, row.start, y + barHeight + 1, unitWidth, moment));
      }
      y += rowPitch;
    }
    const height = y;
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#svg.setAttribute("width", String(width));
    this.#svg.setAttribute("height", String(height));
    this.#svg.replaceChildren(patterns(), addresses, bitmap, ...groups.values(), labels);
    this.#markSelected();
    if (hadFocus) this.#groupOf(this.#selected)?.focus({ preventScroll: true });
  }
}
