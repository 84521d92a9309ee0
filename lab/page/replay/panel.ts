// One policy's panel: its picture of addresses against time, the block at the present moment, figures.

import type { TrackedPolicy } from "suballoc";
import { count, percent } from "../../src/draw/format.ts";
import { element } from "../dom.ts";
import { policyNames } from "../names.ts";
import { type Exploration, Explorer } from "./explorer.ts";
import { type Filter, includedBy, isSame } from "./filter.ts";
import { lineSample } from "./line-style.ts";
import { Picture } from "./picture.ts";
import type { Raster } from "./raster.ts";
import { Strip } from "./strip.ts";
import type { View } from "./view.ts";
import type { Replayed } from "./worker.ts";

/** A picture of a part, drawn elsewhere; undefined if it is no longer wanted. */
export type Draw = (
  policy: TrackedPolicy,
  view: View,
  filter: Filter | undefined,
) => Promise<Raster | undefined>;

export class Panel {
  readonly root: HTMLElement;
  readonly policy: TrackedPolicy;
  readonly #shared: Exploration;
  readonly #draw: Draw;
  readonly #status = element("small", {}, "waiting …");
  readonly #picture: Picture;
  readonly #strip: Strip;
  readonly #explorer: Explorer;
  readonly #figures = element("dl", { className: "figures" });
  readonly #values = new Map<string, HTMLElement>();
  #replayed: Replayed | undefined;
  #filter: Filter | undefined;
  #raster: Raster | undefined;
  #isDrawing = false;

  constructor(policy: TrackedPolicy, shared: Exploration, draw: Draw) {
    this.policy = policy;
    this.#shared = shared;
    this.#draw = draw;
    const name = policyNames[policy];
    this.#picture = new Picture(`${name}: address against time`);
    this.#strip = new Strip(
      shared.blocks.trace,
      `${name}: the block at this moment, low addresses first`,
    );
    this.#explorer = new Explorer(this.#picture, this.#strip, shared);
    for (const term of ["Largest free block", "Free blocks", "Fragmentation", "In use up to"]) {
      const value = element("dd", {}, "–");
      this.#values.set(term, value);
      this.#figures.append(element("div", {}, element("dt", {}, term), value));
    }
    this.root = element(
      "article",
      { className: "card panel" },
      element("h3", {}, lineSample(policy), name, " ", this.#status),
      this.#picture.root,
      this.#strip.root,
      this.#figures,
    );
    this.root.dataset.policy = policy;
  }

  say(status: string): void {
    this.#status.textContent = status;
  }

  show(replayed: Replayed, view: View, filter: Filter | undefined): void {
    const { capacity, failure, operations } = replayed.replay;
    if (replayed !== this.#replayed) {
      this.#replayed = replayed;
      this.#raster = replayed.raster;
      this.say(
        failure === undefined
          ? `in ${count(capacity)} bytes`
          : `in ${count(capacity)} bytes: ${count(failure.size)} do not fit at operation ${count(operations + 1)}`,
      );
      this.#showFiltered(filter);
    } else if (!isSame(filter, this.#filter)) {
      this.#showFiltered(filter);
    }
    this.#filter = filter;
    this.#picture.show(this.#raster!, capacity);
    this.look(view);
  }

  /** Shows this part: at once as well as may be, and soon as it should be. */
  look(view: View): void {
    this.#picture.view = view;
    void this.#drawWhatIsMissing();
  }

  /** The moment after so many operations, and the sample of the series that is nearest. */
  seek(operations: number, sample: number): void {
    this.#picture.seek(operations);
    this.#strip.seek(operations);
    this.#explorer.seek(operations);
    if (this.#replayed === undefined) return;
    const { series } = this.#replayed.replay;
    const set = (term: string, value: string) => {
      this.#values.get(term)!.textContent = value;
    };
    if (sample >= series.operation.length) {
      for (const term of this.#values.keys()) set(term, "–");
      return;
    }
    const free = series.freeMemory[sample]!;
    const largest = series.largestFreeBlock[sample]!;
    set("Largest free block", count(largest));
    set("Free blocks", count(series.freeBlockCount[sample]!));
    set("Fragmentation", percent(free === 0 ? 0 : 1 - largest / free));
    set("In use up to", count(series.end[sample]!));
  }

  /** Frames a block that is pointed at in some panel. */
  spot(id: number | undefined): void {
    const area = id === undefined ? undefined : this.#explorer.areaOf(id);
    this.#picture.spot(area);
    this.#strip.spot(area);
  }

  /** Light turned to dark, or dark to light. */
  recolour(): void {
    this.#picture.recolour();
    this.#strip.paint();
  }

  repaint(): void {
    this.#picture.paint();
    this.#strip.paint();
  }

  #showFiltered(filter: Filter | undefined): void {
    const { replay } = this.#replayed!;
    const includes = filter && includedBy(filter, this.#shared.blocks.trace);
    this.#strip.show(replay, includes);
    this.#explorer.show(replay, includes);
  }

  /** One picture at a time: meanwhile the last one is stretched. */
  async #drawWhatIsMissing(): Promise<void> {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    while (this.#isMissing()) {
      const replayed = this.#replayed!;
      const raster = await this.#draw(this.policy, this.#picture.view, this.#filter);
      if (raster === undefined) break;
      if (replayed !== this.#replayed) continue;
      this.#raster = raster;
      this.#picture.show(raster, replayed.replay.capacity);
    }
    this.#isDrawing = false;
  }

  #isMissing(): boolean {
    if (this.#raster === undefined || this.#replayed === undefined) return false;
    const { view } = this.#picture;
    const { capacity } = this.#replayed.replay;
    const drawn = this.#raster.view;
    return (
      !isSame(this.#raster.filter, this.#filter) ||
      drawn.from !== view.from ||
      drawn.to !== view.to ||
      drawn.low !== view.low ||
      // All there is, drawn to its own upper edge, is as good.
      (drawn.high !== view.high && !(drawn.high === capacity && capacity <= view.high))
    );
  }
}
