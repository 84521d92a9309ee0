// One policy's picture of addresses against time: draws the part that is looked at, and knows what lies where on it.

import { bytes, count } from "../../src/draw/format.ts";
import { sizeClasses } from "../../src/draw/size-classes.ts";
import { scaled } from "../canvas.ts";
import { element, oncePerFrame } from "../dom.ts";
import { colour } from "../theme.ts";
import type { Area } from "./blocks.ts";
import { levels, type Raster, shadowClass } from "./raster.ts";
import type { View } from "./view.ts";

const gutter = 70; // as wide as the charts' axis
const pictureHeight = 220;
const plotHeight = pictureHeight - 2;
/** How near a block the pointer must be, in pixels. */
const reach = 2;

export class Picture {
  readonly canvas = element("canvas", { className: "picture-canvas", tabIndex: 0 });
  readonly #playhead = element("div", { className: "playhead", hidden: true });
  readonly #spot = element("div", { className: "spot", hidden: true });
  /** Parts of the picture that stand above the drawing, cut off at its edge. */
  readonly #over = element("div", { className: "over" }, this.#spot, this.#playhead);
  readonly root = element("div", { className: "picture" }, this.canvas, this.#over);
  readonly #paintSoon = oncePerFrame(() => this.paint());
  #view: View = { from: 0, to: 1, low: 0, high: 1 };
  #capacity = 0;
  #raster: Raster | undefined;
  #image: HTMLCanvasElement | undefined;
  #moment = 0;
  #spotted: Area | undefined;

  constructor(label: string) {
    this.canvas.style.height = `${pictureHeight}px`;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-roledescription", "picture of blocks");
    this.canvas.setAttribute("aria-label", label);
    this.canvas.setAttribute("aria-describedby", "picture-help");
    this.#over.style.left = `${gutter}px`;
  }

  get view(): View {
    return this.#view;
  }

  /** What lies where changes at once, the drawing with the next frame. */
  set view(view: View) {
    this.#view = view;
    this.#paintSoon();
  }

  /** Pixels, perhaps of another part than is looked at: then they are stretched. */
  show(raster: Raster, capacity: number): void {
    if (raster !== this.#raster) this.#image = undefined;
    this.#raster = raster;
    this.#capacity = capacity;
    this.paint();
  }

  seek(moment: number): void {
    this.#moment = moment;
    this.#place();
  }

  /** Frames a block. */
  spot(area: Area | undefined): void {
    this.#spotted = area;
    this.#place();
  }

  recolour(): void {
    this.#image = undefined;
    this.paint();
  }

  momentAt(x: number): number {
    const { from, to } = this.#view;
    return from + ((x - gutter) / this.#across) * (to - from);
  }

  addressAt(y: number): number {
    const { low, high } = this.#view;
    return low + ((pictureHeight - 1 - y) / plotHeight) * (high - low);
  }

  /** As far as a pointer there reaches; undefined beside the picture. */
  areaAt(x: number, y: number): Area | undefined {
    if (x < gutter || x > gutter + this.#across || y < 0 || y > pictureHeight) return undefined;
    return {
      from: this.momentAt(x - reach),
      to: this.momentAt(x + reach),
      low: this.addressAt(y + reach),
      high: this.addressAt(y - reach),
    };
  }

  /** Where an area's upper edge and right edge are, in pixels, if that is in sight. */
  positionOf({ from, to, low, high }: Area): { x: number; y: number } {
    const x = this.#xOf((Math.max(from, this.#view.from) + Math.min(to, this.#view.to)) / 2);
    const y = this.#yOf((Math.max(low, this.#view.low) + Math.min(high, this.#view.high)) / 2);
    return { x, y };
  }

  /** How many moments and addresses a pixel is. */
  get pixel(): { readonly moments: number; readonly addresses: number } {
    const { from, to, low, high } = this.#view;
    return { moments: (to - from) / this.#across, addresses: (high - low) / plotHeight };
  }

  paint(): void {
    const width = this.canvas.clientWidth;
    this.#place();
    if (this.#raster === undefined || width === 0) return;
    this.#image ??= imageOf(this.#raster);
    const context = scaled(this.canvas, width, pictureHeight);
    if (this.#capacity <= this.#view.low) return this.#sayBeyond(context);
    const top = Math.max(1, this.#yOf(this.#capacity));
    const bottom = Math.min(pictureHeight - 1, this.#yOf(0));
    context.fillStyle = colour("plot");
    context.fillRect(gutter, top, this.#across, bottom - top);
    context.save();
    context.beginPath();
    context.rect(gutter, top, this.#across, bottom - top);
    context.clip();
    const { from, to, low, high } = this.#raster.view;
    const [x, y] = [this.#xOf(from), this.#yOf(high)];
    context.drawImage(this.#image, x, y, this.#xOf(to) - x, this.#yOf(low) - y);
    context.restore();
    context.strokeStyle = colour("muted");
    context.lineWidth = 1;
    context.strokeRect(gutter + 0.5, top - 0.5, this.#across - 1, bottom - top + 0.5);
    this.#label(context, top, bottom);
  }

  /** The part looked at lies above all that this policy needs. */
  #sayBeyond(context: CanvasRenderingContext2D): void {
    context.fillStyle = colour("muted");
    context.font = "13px system-ui, sans-serif";
    context.textAlign = "center";
    const text = `nothing up here: it ends at ${bytes(this.#capacity)}`;
    context.fillText(text, gutter + this.#across / 2, pictureHeight / 2);
  }

  #label(context: CanvasRenderingContext2D, top: number, bottom: number): void {
    const { low, high } = this.#view;
    const [lowest, highest] = [low, Math.min(high, this.#capacity)];
    const isFar = bytes(lowest) !== bytes(highest);
    const text = (address: number) => (isFar ? bytes(address) : count(address));
    context.fillStyle = colour("muted");
    context.font = "12px system-ui, sans-serif";
    context.textAlign = "right";
    // A longer text is condensed: it would be cut off on the left.
    const room = gutter - 6;
    context.fillText(text(highest), room, Math.max(12, Math.min(top + 10, pictureHeight)), room);
    if (bottom - top > 26) context.fillText(text(lowest), room, bottom, room);
  }

  /** What stands above the drawing. */
  #place(): void {
    const { from, to } = this.#view;
    const isInSight = this.#moment >= from && this.#moment <= to;
    this.#playhead.hidden = this.#raster === undefined || !isInSight;
    this.#playhead.style.transform = `translateX(${this.#xOf(this.#moment) - gutter}px)`;
    this.#spot.hidden = this.#spotted === undefined;
    if (this.#spotted === undefined) return;
    const [left, right] = [this.#xOf(this.#spotted.from), this.#xOf(this.#spotted.to)];
    const [top, bottom] = [this.#yOf(this.#spotted.high), this.#yOf(this.#spotted.low)];
    const [width, height] = [Math.max(4, right - left), Math.max(4, bottom - top)];
    Object.assign(this.#spot.style, {
      transform: `translate(${(left + right - width) / 2 - gutter}px, ${(top + bottom - height) / 2}px)`,
      width: `${width}px`,
      height: `${height}px`,
    });
  }

  get #across(): number {
    return Math.max(1, this.canvas.clientWidth - gutter);
  }

  #xOf(moment: number): number {
    const { from, to } = this.#view;
    return gutter + ((moment - from) / (to - from)) * this.#across;
  }

  #yOf(address: number): number {
    const { low, high } = this.#view;
    return pictureHeight - 1 - ((address - low) / (high - low)) * plotHeight;
  }
}

/** Pixels in the colours of the theme. */
function imageOf({ width, height, inks }: Raster): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(width, height);
  const classes = sizeClasses.map((_, index) => rgbOf(colour(`class-${index}`)));
  classes[shadowClass] = rgbOf(colour("shadow"));
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
