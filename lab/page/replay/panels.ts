// The policies' panels side by side. They look at the same part of the time and of the addresses, show the same blocks,
// and frame the block that is pointed at in any of them.

import type { TrackedPolicy } from "suballoc";
import type { Trace } from "../../src/trace/trace.ts";
import { byId, oncePerFrame } from "../dom.ts";
import { Blocks } from "./blocks.ts";
import type { Exploration } from "./explorer.ts";
import { type Filter, filterIn, isSame } from "./filter.ts";
import { FilterView } from "./filter-view.ts";
import { type Draw, Panel } from "./panel.ts";
import { Tip } from "./tip.ts";
import { isWhole, type Limits, type View, whole, zoom } from "./view.ts";
import type { Replayed } from "./worker.ts";

export interface PanelsOptions {
  readonly onSeek: (operations: number) => void;
  /** So many positions of the slider on. */
  readonly onStep: (positions: number) => void;
  /** Another part is looked at, or other blocks are. */
  readonly onLook: () => void;
}

/** No fewer positions of the slider are in sight. */
const leastPositions = 12;
const mostPositions = 1000;
const zoomStep = 1 / 1.6;

export interface Shown {
  readonly policy: TrackedPolicy;
  readonly replayed: Replayed;
}

export class Panels {
  readonly #root = byId("panels", HTMLElement);
  readonly #options: PanelsOptions;
  readonly #tip = new Tip(byId("block-tip", HTMLElement));
  readonly #filterView: FilterView;
  readonly #zoomOut = byId("zoom-out", HTMLButtonElement);
  readonly #zoomWhole = byId("zoom-whole", HTMLButtonElement);
  #shared: Exploration | undefined;
  #draw: Draw = async () => undefined;
  #panels = new Map<TrackedPolicy, Panel>();
  #shown: readonly Shown[] = [];
  #limits: Limits = { operations: 1, top: 1, leastOperations: 1 };
  /** All if undefined. */
  #view: View | undefined;
  #filter: Filter | undefined;
  #moment = 0;

  constructor(options: PanelsOptions) {
    this.#options = options;
    this.#filterView = new FilterView(() => {
      this.filter = this.#filterView.filter;
    });
    const zoomBy = (factor: number) => () => {
      const view = this.#visible;
      const middle = (view.low + view.high) / 2;
      const isInSight = this.#moment >= view.from && this.#moment <= view.to;
      const at = isInSight ? this.#moment : (view.from + view.to) / 2;
      this.#look(zoom(view, this.#limits, factor, at, middle));
    };
    byId("zoom-in", HTMLButtonElement).addEventListener("click", zoomBy(zoomStep));
    this.#zoomOut.addEventListener("click", zoomBy(1 / zoomStep));
    this.#zoomWhole.addEventListener("click", () => this.#look(whole(this.#limits)));
    new ResizeObserver(oncePerFrame(() => this.repaint())).observe(this.#root);
    this.#showZoom();
  }

  /** What part is looked at; all if undefined. */
  get view(): View | undefined {
    return this.#view;
  }

  /** Which blocks are shown; all if undefined. */
  get filter(): Filter | undefined {
    return this.#filter;
  }

  set filter(filter: Filter | undefined) {
    const { trace } = this.#shared?.blocks ?? {};
    const known = trace && filterIn(trace, filter);
    this.#filterView.filter = known;
    if (isSame(known, this.#filter)) return;
    this.#filter = known;
    this.#lookNow();
    this.#options.onLook();
  }

  /** Another trace: all of it, unless a link says otherwise. */
  open(trace: Trace, draw: Draw, view?: View, filter?: Filter): void {
    this.#draw = draw;
    this.#view = view;
    this.#filter = filterIn(trace, filter);
    this.#filterView.open(trace);
    this.#filterView.filter = this.#filter;
    const operations = trace.operations.length;
    const leastOperations = Math.ceil((operations * leastPositions) / mostPositions);
    this.#limits = {
      operations,
      top: 1,
      leastOperations: Math.max(leastPositions, leastOperations),
    };
    const said = byId("block-said", HTMLElement);
    this.#shared = {
      blocks: new Blocks(trace),
      tip: this.#tip,
      limits: () => this.#limits,
      look: (part) => this.#look(part),
      seek: this.#options.onSeek,
      step: this.#options.onStep,
      spot: (id) => {
        for (const panel of this.#panels.values()) panel.spot(id);
      },
      say: (text) => {
        said.textContent = text;
      },
    };
  }

  /** Looks at what a link says. */
  lookAt(view: View | undefined, filter: Filter | undefined): void {
    this.#look(view ?? whole(this.#limits));
    this.filter = filter;
  }

  /** Panels for these policies, empty yet. */
  rebuild(policies: readonly TrackedPolicy[]): void {
    const shared = this.#shared;
    if (shared === undefined) return;
    this.#tip.hide();
    const draw: Draw = (...part) => this.#draw(...part);
    this.#panels = new Map(policies.map((policy) => [policy, new Panel(policy, shared, draw)]));
    this.#root.replaceChildren(...[...this.#panels.values()].map(({ root }) => root));
  }

  say(policy: TrackedPolicy, status: string): void {
    this.#panels.get(policy)?.say(status);
  }

  /** All pictures on one scale. */
  show(shown: readonly Shown[]): void {
    this.#shown = shown;
    const top = Math.max(1, ...shown.map(({ replayed }) => replayed.replay.capacity));
    this.#limits = { ...this.#limits, top };
    this.#lookNow();
  }

  /** The moment after so many operations, and the sample of the series that is nearest. */
  seek(operations: number, sample: number): void {
    this.#moment = operations;
    for (const panel of this.#panels.values()) panel.seek(operations, sample);
  }

  /** Light turned to dark, or dark to light. */
  recolour(): void {
    for (const panel of this.#panels.values()) panel.recolour();
  }

  repaint(): void {
    for (const panel of this.#panels.values()) panel.repaint();
  }

  get #visible(): View {
    return this.#view ?? whole(this.#limits);
  }

  #look(view: View): void {
    this.#view = isWhole(view, this.#limits) ? undefined : view;
    for (const { policy } of this.#shown) this.#panels.get(policy)?.look(this.#visible);
    this.#showZoom();
    this.#options.onLook();
  }

  #lookNow(): void {
    for (const { policy, replayed } of this.#shown)
      this.#panels.get(policy)?.show(replayed, this.#visible, this.#filter);
    this.#showZoom();
  }

  #showZoom(): void {
    this.#root.classList.toggle("zoomed", this.#view !== undefined);
    for (const button of [this.#zoomOut, this.#zoomWhole])
      button.setAttribute("aria-disabled", `${this.#view === undefined}`);
  }
}
