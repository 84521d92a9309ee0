// The whole block at one moment, low addresses first: how much of each part of it is live.

import type { Replay } from "../../src/replay/replay.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { hatch, scaled } from "../canvas.ts";
import { element } from "../dom.ts";
import { colour } from "../theme.ts";
import { LiveMap } from "./live-map.ts";

const stripHeight = 26;
const stripCells = 600;

export class Strip {
  readonly canvas = element("canvas", { className: "strip-canvas", tabIndex: 0 });
  readonly #spot = element("div", { className: "spot", hidden: true });
  readonly root = element(
    "div",
    { className: "strip" },
    this.canvas,
    element("div", { className: "over" }, this.#spot),
  );
  readonly #trace: Trace;
  readonly #row = new OffscreenCanvas(1, 1).getContext("2d")!;
  #replay: Replay | undefined;
  #all: LiveMap | undefined;
  /** What the filter leaves in, if there is one. */
  #some: LiveMap | undefined;
  #moment = 0;
  #spotted: { readonly low: number; readonly high: number } | undefined;

  constructor(trace: Trace, label: string) {
    this.#trace = trace;
    this.canvas.style.height = `${stripHeight}px`;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-roledescription", "map of blocks");
    this.canvas.setAttribute("aria-label", label);
    this.canvas.setAttribute("aria-describedby", "strip-help");
  }

  show(replay: Replay, includes: ((id: number) => boolean) | undefined): void {
    if (replay !== this.#replay) this.#all = new LiveMap(this.#trace, replay, stripCells);
    this.#replay = replay;
    this.#some = includes && new LiveMap(this.#trace, replay, stripCells, includes);
    this.paint();
  }

  seek(moment: number): void {
    this.#moment = moment;
    this.paint();
  }

  /** Frames the addresses of a block. */
  spot(spotted: { readonly low: number; readonly high: number } | undefined): void {
    this.#spotted = spotted;
    this.#place();
  }

  addressAt(x: number): number {
    return (x / Math.max(1, this.canvas.clientWidth)) * (this.#replay?.capacity ?? 0);
  }

  xOf(address: number): number {
    return (address / (this.#replay?.capacity ?? 1)) * this.canvas.clientWidth;
  }

  paint(): void {
    this.#place();
    const width = this.canvas.clientWidth;
    if (this.#all === undefined || width === 0) return;
    const context = scaled(this.canvas, width, stripHeight);
    hatch(context, width, stripHeight);
    this.#paintMap(context, this.#all, colour(this.#some ? "shadow" : "live"), width);
    if (this.#some) this.#paintMap(context, this.#some, colour("live"), width);
    context.strokeStyle = colour("muted");
    context.strokeRect(0.5, 0.5, width - 1, stripHeight - 1);
  }

  #paintMap(context: CanvasRenderingContext2D, map: LiveMap, ink: string, width: number): void {
    map.seek(this.#moment);
    const row = this.#row;
    row.canvas.width = map.cells; // clears it
    row.fillStyle = ink;
    let cell = 0;
    for (const share of map.shares()) {
      row.globalAlpha = share === 0 ? 0 : 0.25 + 0.75 * share;
      row.fillRect(cell, 0, 1, 1);
      cell++;
    }
    context.drawImage(row.canvas, 0, 0, width, stripHeight);
  }

  #place(): void {
    this.#spot.hidden = this.#spotted === undefined || this.#replay === undefined;
    if (this.#spotted === undefined || this.#replay === undefined) return;
    const [left, right] = [this.xOf(this.#spotted.low), this.xOf(this.#spotted.high)];
    const width = Math.max(4, right - left);
    Object.assign(this.#spot.style, {
      transform: `translateX(${(left + right - width) / 2}px)`,
      width: `${width}px`,
      height: "100%",
    });
  }
}
