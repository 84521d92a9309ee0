// Looking around in one policy's pictures: what is under the pointer, what is chosen by key, closer and further.
//
//   picture    wheel, pinch, + − 0: zoom    drag: pan, or the moment if all is in sight    press: this moment
//   both       ↑ ↓: the next block in address order    ← →: the moment    Shift and arrows: pan    Escape: no block

import type { Replay } from "../../src/replay/replay.ts";
import { oncePerFrame } from "../dom.ts";
import { inWords } from "./block-text.ts";
import type { Area, Blocks } from "./blocks.ts";
import { listenForGestures } from "./gestures.ts";
import type { Picture } from "./picture.ts";
import type { Strip } from "./strip.ts";
import type { Tip } from "./tip.ts";
import { including, isWhole, type Limits, pan, type View, whole, zoom } from "./view.ts";

/** What the pictures of all policies have in common. */
export interface Exploration {
  readonly blocks: Blocks;
  readonly tip: Tip;
  readonly limits: () => Limits;
  readonly look: (view: View) => void;
  readonly seek: (operations: number) => void;
  /** So many positions of the slider on. */
  readonly step: (positions: number) => void;
  /** A block is pointed at, in one of the pictures. */
  readonly spot: (id: number | undefined) => void;
  readonly say: (text: string) => void;
}

const zoomStep = 1 / 1.5;
const panStep = 1 / 6;

export class Explorer {
  readonly #shared: Exploration;
  readonly #picture: Picture;
  readonly #strip: Strip;
  readonly #point = oncePerFrame(() => this.#pointNow());
  #pointer: { readonly x: number; readonly y: number } | undefined;
  #replay: Replay | undefined;
  #includes: ((id: number) => boolean) | undefined;
  #moment = 0;
  /** Chosen by key, in one of the two. */
  #chosen: { readonly id: number; readonly within: Picture | Strip } | undefined;

  constructor(picture: Picture, strip: Strip, shared: Exploration) {
    this.#picture = picture;
    this.#strip = strip;
    this.#shared = shared;
    listenForGestures(picture.root, {
      press: (x) => shared.seek(picture.momentAt(x)),
      drag: (dx, dy, x) => this.#drag(dx, dy, x),
      zoom: (factor, x, y) => this.#zoom(factor, picture.momentAt(x), picture.addressAt(y)),
      point: (x, y) => {
        this.#pointer = { x, y };
        this.#point();
      },
      leave: () => this.#leave(),
      takesWheel: ({ ctrlKey, metaKey, deltaY }) => {
        const isMeant = ctrlKey || metaKey || document.activeElement === picture.canvas;
        return isMeant && (deltaY < 0 || !isWhole(picture.view, shared.limits()));
      },
    });
    const stripPoint = (event: PointerEvent) => {
      const { left } = strip.canvas.getBoundingClientRect();
      this.#pointAtStrip(event.clientX - left, event);
    };
    strip.canvas.addEventListener("pointermove", stripPoint);
    strip.canvas.addEventListener("pointerdown", stripPoint);
    strip.canvas.addEventListener("pointerleave", () => this.#leave());
    for (const within of [picture, strip]) {
      within.canvas.addEventListener("keydown", (event) => this.#onKey(event, within));
      within.canvas.addEventListener("focus", () => {
        if (within.canvas.matches(":focus-visible")) this.#chooseFirst(within);
      });
      within.canvas.addEventListener("blur", () => this.#choose(undefined, within));
    }
  }

  show(replay: Replay, includes: ((id: number) => boolean) | undefined): void {
    this.#replay = replay;
    this.#includes = includes;
    this.#chosen = undefined;
  }

  /** The chosen block stays chosen while it lives; then it is whatever lies at its address. */
  seek(moment: number): void {
    this.#moment = moment;
    const replay = this.#replay;
    if (this.#chosen === undefined || replay === undefined) return;
    const { blocks } = this.#shared;
    const { id, within } = this.#chosen;
    const address = replay.addresses[id]!;
    const here = { from: moment - 1, to: moment, low: address, high: address + 1 };
    const stays = blocks.isLive(id, moment);
    this.#choose(stays ? id : blocks.in(here, replay, this.#includes), within);
  }

  /** Moments and addresses of a block, to be framed. */
  areaOf(id: number): Area | undefined {
    const address = this.#replay?.addresses[id] ?? -1;
    if (address < 0) return undefined;
    const { trace, births, deaths } = this.#shared.blocks;
    const { operations } = this.#replay!;
    return {
      from: births[id]!,
      to: Math.min(deaths[id]!, operations),
      low: address,
      high: address + trace.sizes[id]!,
    };
  }

  // --- pointing

  #pointNow(): void {
    const [replay, at] = [this.#replay, this.#pointer];
    if (replay === undefined || at === undefined) return;
    const area = this.#picture.areaAt(at.x, at.y);
    const id = area && this.#shared.blocks.in(area, replay, this.#includes);
    const { left, top } = this.#picture.root.getBoundingClientRect();
    this.#tell(id, area === undefined ? 0 : (area.from + area.to) / 2, left + at.x, top + at.y);
  }

  #pointAtStrip(x: number, { clientX, clientY }: PointerEvent): void {
    const replay = this.#replay;
    if (replay === undefined) return;
    const area = {
      from: this.#moment - 1,
      to: this.#moment,
      low: this.#strip.addressAt(x - 2),
      high: this.#strip.addressAt(x + 2),
    };
    const id = this.#shared.blocks.in(area, replay, this.#includes);
    this.#tell(id, this.#moment, clientX, clientY);
  }

  #leave(): void {
    this.#pointer = undefined;
    if (this.#chosen === undefined) this.#tell(undefined, 0, 0, 0);
  }

  /** @param x in the window, as is `y` */
  #tell(id: number | undefined, moment: number, x: number, y: number): void {
    const { blocks, tip, spot } = this.#shared;
    spot(id);
    if (id === undefined) return tip.hide();
    tip.show(blocks.facts(id, moment, this.#replay!), x, y);
  }

  // --- closer and further

  #drag(dx: number, dy: number, x: number): void {
    const { limits, look, seek } = this.#shared;
    const { view, pixel } = this.#picture;
    if (isWhole(view, limits())) return seek(this.#picture.momentAt(x));
    look(pan(view, limits(), -dx * pixel.moments, dy * pixel.addresses));
  }

  #zoom(factor: number, moment: number, address: number): void {
    const { limits, look } = this.#shared;
    look(zoom(this.#picture.view, limits(), factor, moment, address));
  }

  /** By key: around the chosen block, or else the present moment. */
  #zoomByKey(factor: number): void {
    const { from, to, low, high } = this.#picture.view;
    const area = this.#chosen && this.areaOf(this.#chosen.id);
    const isInSight = this.#moment >= from && this.#moment <= to;
    this.#zoom(
      factor,
      isInSight ? this.#moment : (from + to) / 2,
      area === undefined ? (low + high) / 2 : (area.low + area.high) / 2,
    );
  }

  // --- keys

  #onKey(event: KeyboardEvent, within: Picture | Strip): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#replay === undefined) return;
    const act = event.shiftKey ? this.#panOf(event.key) : this.#actOf(event.key, within);
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  #actOf(key: string, within: Picture | Strip): (() => void) | undefined {
    const { step, look, limits } = this.#shared;
    const acts: Record<string, () => void> = {
      ArrowUp: () => this.#chooseNext("up", within),
      ArrowDown: () => this.#chooseNext("down", within),
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      "+": () => this.#zoomByKey(zoomStep),
      "=": () => this.#zoomByKey(zoomStep),
      "-": () => this.#zoomByKey(1 / zoomStep),
      "0": () => look(whole(limits())),
      Escape: () => this.#choose(undefined, within),
    };
    return acts[key];
  }

  #panOf(key: string): (() => void) | undefined {
    const { look, limits } = this.#shared;
    const { view } = this.#picture;
    const [moments, addresses] = [
      (view.to - view.from) * panStep,
      (view.high - view.low) * panStep,
    ];
    const by = (across: number, up: number) => () =>
      look(pan(view, limits(), across * moments, up * addresses));
    const acts: Record<string, () => void> = {
      ArrowLeft: by(-1, 0),
      ArrowRight: by(1, 0),
      ArrowUp: by(0, 1),
      ArrowDown: by(0, -1),
      "+": () => this.#zoomByKey(zoomStep),
    };
    return acts[key];
  }

  #chooseFirst(within: Picture | Strip): void {
    const address = this.#picture.view.low - 1;
    this.#choose(this.#nextTo(address, "up"), within);
  }

  #chooseNext(direction: "up" | "down", within: Picture | Strip): void {
    if (this.#chosen === undefined) return this.#chooseFirst(within);
    const address = this.#replay!.addresses[this.#chosen.id]!;
    const next = this.#nextTo(address, direction);
    if (next !== undefined) this.#choose(next, within);
  }

  #nextTo(address: number, direction: "up" | "down"): number | undefined {
    const replay = this.#replay;
    if (replay === undefined) return undefined;
    return this.#shared.blocks.next(direction, address, this.#moment, replay, this.#includes);
  }

  #choose(id: number | undefined, within: Picture | Strip): void {
    const { blocks, limits, look, say } = this.#shared;
    this.#chosen = id === undefined ? undefined : { id, within };
    const area = id === undefined ? undefined : this.areaOf(id);
    if (id === undefined || area === undefined) {
      say("");
      return this.#tell(undefined, 0, 0, 0);
    }
    const { view } = this.#picture;
    const middle = (area.low + area.high) / 2;
    const moved = including(view, limits(), this.#moment, middle);
    if (within === this.#picture && !isSameView(moved, view)) look(moved);
    say(inWords(blocks.facts(id, this.#moment, this.#replay!)));
    const { left, top } = within.canvas.getBoundingClientRect();
    const at =
      within === this.#picture
        ? this.#picture.positionOf({ ...area, from: this.#moment, to: this.#moment })
        : { x: this.#strip.xOf(middle), y: 0 };
    this.#tell(id, this.#moment, left + at.x, top + at.y);
  }
}

function isSameView(a: View, b: View): boolean {
  return a.from === b.from && a.to === b.to && a.low === b.low && a.high === b.high;
}
