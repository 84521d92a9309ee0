// One policy's panel: its picture of addresses against time, the block at the present moment, figures.

import type { Policy } from "suballoc";
import { bytes, count, percent } from "../../src/draw/format.ts";
import { sizeClasses } from "../../src/draw/size-classes.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { element } from "../dom.ts";
import { policyNames } from "../names.ts";
import { colour } from "../theme.ts";
import { lineSample } from "./line-style.ts";
import { LiveMap } from "./live-map.ts";
import { levels } from "./raster.ts";
import type { Replayed } from "./worker.ts";

const gutter = 70; // as wide as the charts' axis
const pictureHeight = 190;
const stripHeight = 26;
const stripCells = 600;

export class Panel {
  readonly root: HTMLElement;
  readonly policy: Policy;
  readonly #trace: Trace;
  readonly #status = element("small", {}, "waiting …");
  readonly #canvas = element("canvas", { className: "picture-canvas" });
  readonly #playhead = element("div", { className: "playhead", hidden: true });
  readonly #strip = element("canvas", { className: "strip" });
  readonly #figures = element("dl", { className: "figures" });
  readonly #values = new Map<string, HTMLElement>();
  readonly #row = new OffscreenCanvas(1, 1).getContext("2d")!;
  #replayed: Replayed | undefined;
  #image: HTMLCanvasElement | undefined;
  #map: LiveMap | undefined;
  #top = 1;
  #operations = 0;

  constructor(policy: Policy, trace: Trace, onSeek: (fraction: number) => void) {
    this.policy = policy;
    this.#trace = trace;
    const name = policyNames[policy];
    const label = (canvas: HTMLCanvasElement, what: string) => {
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", what);
    };
    label(this.#canvas, `${name}: address against time`);
    label(this.#strip, `${name}: the block at this moment, low addresses first`);
    for (const term of ["Largest free block", "Free blocks", "Fragmentation", "In use up to"]) {
      const value = element("dd", {}, "–");
      this.#values.set(term, value);
      this.#figures.append(element("div", {}, element("dt", {}, term), value));
    }
    const picture = element("div", { className: "picture" }, this.#canvas, this.#playhead);
    seekByPointer(picture, (x) => onSeek((x - gutter) / (picture.clientWidth - gutter)));
    this.root = element(
      "article",
      { className: "card panel" },
      element("h3", {}, lineSample(policy), name, " ", this.#status),
      picture,
      this.#strip,
      this.#figures,
    );
    this.root.dataset.policy = policy;
  }

  get replayed(): Replayed | undefined {
    return this.#replayed;
  }

  say(status: string): void {
    this.#status.textContent = status;
  }

  /** @param top the address at the upper edge of the picture, the same for all panels */
  show(replayed: Replayed, top: number): void {
    const { capacity, failure, operations } = replayed.replay;
    if (replayed !== this.#replayed) {
      this.#replayed = replayed;
      this.#map = new LiveMap(this.#trace, replayed.replay, stripCells);
      this.#image = undefined;
      this.say(
        failure === undefined
          ? `in ${count(capacity)} bytes`
          : `in ${count(capacity)} bytes: ${count(failure.size)} do not fit at operation ${count(operations + 1)}`,
      );
    }
    this.#top = top;
    this.repaint();
  }

  /** The moment after so many operations, and the sample of the series that is nearest. */
  seek(operations: number, sample: number): void {
    this.#operations = operations;
    this.#placePlayhead();
    this.#paintStrip();
    if (this.#replayed === undefined) return;
    const { capacity, series } = this.#replayed.replay;
    const set = (term: string, value: string) => {
      this.#values.get(term)!.textContent = value;
    };
    if (sample >= series.operation.length) {
      for (const term of this.#values.keys()) set(term, "–");
      return;
    }
    const free = capacity - series.liveBytes[sample]!;
    const largest = series.largestFreeBlock[sample]!;
    set("Largest free block", count(largest));
    set("Free blocks", count(series.freeBlockCount[sample]!));
    set("Fragmentation", percent(free === 0 ? 0 : 1 - largest / free));
    set("In use up to", count(series.end[sample]!));
  }

  /** Light turned to dark, or dark to light. */
  recolour(): void {
    this.#image = undefined;
    this.repaint();
  }

  repaint(): void {
    this.#paintPicture();
    this.#paintStrip();
    this.#placePlayhead();
  }

  #placePlayhead(): void {
    const fraction = this.#operations / this.#trace.operations.length;
    const across = this.#canvas.clientWidth - gutter;
    this.#playhead.hidden = this.#replayed === undefined;
    this.#playhead.style.transform = `translateX(${gutter + fraction * across}px)`;
  }

  #paintPicture(): void {
    const width = this.#canvas.clientWidth;
    if (this.#replayed === undefined || width === 0) return;
    const { replay, raster } = this.#replayed;
    this.#image ??= imageOf(raster);
    const context = scaled(this.#canvas, width, pictureHeight);
    const heightOf = (address: number) => (address / this.#top) * (pictureHeight - 2);
    const capacityY = pictureHeight - 1 - heightOf(replay.capacity);
    context.fillStyle = colour("plot");
    context.fillRect(gutter, capacityY, width - gutter, pictureHeight - capacityY);
    context.drawImage(this.#image, gutter, capacityY, width - gutter, heightOf(replay.capacity));
    context.strokeStyle = colour("muted");
    context.strokeRect(
      gutter + 0.5,
      capacityY,
      width - gutter - 1,
      pictureHeight - capacityY - 0.5,
    );
    context.fillStyle = colour("muted");
    context.font = "12px system-ui, sans-serif";
    context.textAlign = "right";
    context.fillText(bytes(replay.capacity), gutter - 6, Math.max(12, capacityY + 10));
    context.fillText("0", gutter - 6, pictureHeight - 2);
  }

  #paintStrip(): void {
    const width = this.#strip.clientWidth;
    if (this.#map === undefined || width === 0) return;
    this.#map.seek(this.#operations);
    const context = scaled(this.#strip, width, stripHeight);
    hatch(context, width, stripHeight);
    const row = this.#row;
    row.canvas.width = this.#map.cells; // clears it
    row.fillStyle = colour("live");
    let cell = 0;
    for (const share of this.#map.shares()) {
      row.globalAlpha = share === 0 ? 0 : 0.25 + 0.75 * share;
      row.fillRect(cell, 0, 1, 1);
      cell++;
    }
    context.drawImage(row.canvas, 0, 0, width, stripHeight);
    context.strokeStyle = colour("muted");
    context.strokeRect(0.5, 0.5, width - 1, stripHeight - 1);
  }
}

/** Drags count as many seeks. */
export function seekByPointer(target: HTMLElement, onSeek: (x: number) => void): void {
  const seek = (event: PointerEvent) => onSeek(event.clientX - target.getBoundingClientRect().left);
  target.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    target.setPointerCapture(event.pointerId);
    seek(event);
  });
  target.addEventListener("pointermove", (event) => {
    if (target.hasPointerCapture(event.pointerId)) seek(event);
  });
}

function scaled(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  const scale = devicePixelRatio;
  const [deviceWidth, deviceHeight] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== deviceWidth) canvas.width = deviceWidth;
  if (canvas.height !== deviceHeight) canvas.height = deviceHeight;
  const context = canvas.getContext("2d")!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

function hatch(context: CanvasRenderingContext2D, width: number, height: number): void {
  context.strokeStyle = colour("hatch");
  context.beginPath();
  for (let x = -height; x < width; x += 7) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.stroke();
}

/** Pixels in the colours of the theme. */
function imageOf({ width, height, inks }: Replayed["raster"]): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(width, height);
  const classes = sizeClasses.map((_, index) => rgbOf(colour(`class-${index}`)));
  for (let pixel = 0, at = 0; pixel < inks.length; pixel++, at += 4) {
    const ink = inks[pixel]!;
    if (ink < 0) continue;
    const rgb = classes[Math.floor(ink / levels)]!;
    image.data[at] = rgb >> 16;
    image.data[at + 1] = (rgb >> 8) & 255;
    image.data[at + 2] = rgb & 255;
    image.data[at + 3] = (255 * ((ink % levels) + 1)) / levels;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Of a colour written as #rrggbb. */
function rgbOf(hex: string): number {
  return Number.parseInt(hex.slice(1), 16);
}
