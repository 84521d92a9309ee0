// Going through time: to the start, a step back, play, a step on, to the end, a slider, a speed.

import { element, option } from "./dom.ts";

export interface TransportOptions {
  /** What a position is called: "Step 3 of 40". */
  readonly describe: (position: number, last: number) => string;
  /** Positions a second at speed 1. */
  readonly rate: (last: number) => number;
  readonly onMove: (position: number) => void;
  /** Playing began or ended. */
  readonly onPlay?: (playing: boolean) => void;
}

const speeds = ["0.25", "0.5", "1", "2", "4", "8"];

export class Transport {
  readonly #options: TransportOptions;
  readonly #slider = element("input", { type: "range", min: "0", max: "0", value: "0" });
  readonly #text = element("output");
  readonly #speed: HTMLSelectElement;
  readonly #play: HTMLButtonElement;
  readonly #back: readonly HTMLButtonElement[];
  readonly #on: readonly HTMLButtonElement[];
  #position = 0;
  #last = 0;
  #frame: number | undefined;

  constructor(root: HTMLElement, name: string, options: TransportOptions) {
    this.#options = options;
    const button = (label: string, outline: string, move: () => void) => {
      const made = element("button", { type: "button", title: label }, icon(outline));
      made.setAttribute("aria-label", label);
      made.addEventListener("click", () => {
        this.pause();
        move();
      });
      return made;
    };
    const toStart = button("To the start", "M2 2h2v10H2zM12 2v10L5 7z", () => this.seek(0));
    const back = button("Step back", "M10 2v10L3 7z", () => this.seek(this.#position - 1));
    const on = button("Step on", "M4 2v10L11 7z", () => this.seek(this.#position + 1));
    const toEnd = button("To the end", "M10 2h2v10h-2zM2 2v10L9 7z", () => this.seek(this.#last));
    this.#back = [toStart, back];
    this.#on = [on, toEnd];
    this.#play = element("button", { type: "button", className: "main play" }, "Play");
    this.#play.addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    this.#slider.setAttribute("aria-label", name);
    this.#slider.addEventListener("input", () => {
      this.pause();
      this.seek(this.#slider.valueAsNumber);
    });
    this.#speed = element(
      "select",
      {},
      ...speeds.map((speed) => option(speed, `${Number(speed)}×`)),
    );
    this.#speed.value = "1";
    root.classList.add("transport");
    root.append(
      element("div", { className: "buttons" }, toStart, back, this.#play, on, toEnd),
      this.#slider,
      this.#text,
      element("label", {}, "Speed ", this.#speed),
    );
    this.#show();
  }

  get position(): number {
    return this.#position;
  }

  get last(): number {
    return this.#last;
  }

  get playing(): boolean {
    return this.#frame !== undefined;
  }

  get speed(): string {
    return this.#speed.value;
  }

  set speed(speed: string) {
    if (speeds.includes(speed)) this.#speed.value = speed;
  }

  /** Positions are 0 … last from now on. Nobody is told of the move. */
  setRange(last: number, position: number): void {
    this.#last = last;
    this.#position = clamp(position, last);
    this.#show();
  }

  seek(position: number): void {
    this.#position = clamp(position, this.#last);
    this.#show();
    this.#options.onMove(this.#position);
  }

  /** From here to the end; from the start if this is the end. */
  play(): void {
    if (this.playing || this.#last === 0) return;
    if (this.#position === this.#last) this.seek(0);
    let exact = this.#position;
    let before = performance.now();
    const frame = (now: number) => {
      exact += (Math.max(0, now - before) / 1000) * this.#rate;
      before = now;
      const position = Math.floor(exact);
      if (position !== this.#position) this.seek(position);
      if (this.#position < this.#last) this.#frame = requestAnimationFrame(frame);
      else this.pause();
    };
    this.#frame = requestAnimationFrame(frame);
    this.#playingChanged();
  }

  pause(): void {
    if (this.#frame === undefined) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#playingChanged();
  }

  get #rate(): number {
    return this.#options.rate(this.#last) * Number(this.#speed.value);
  }

  #playingChanged(): void {
    this.#play.textContent = this.playing ? "Pause" : "Play";
    this.#options.onPlay?.(this.playing);
  }

  #show(): void {
    const text = this.#options.describe(this.#position, this.#last);
    this.#slider.max = String(this.#last);
    this.#slider.value = String(this.#position);
    this.#slider.setAttribute("aria-valuetext", text);
    this.#text.textContent = text;
    // Not disabled: whoever pressed one with the keyboard would lose their place.
    const setIdle = (button: Element, isIdle: boolean) =>
      button.setAttribute("aria-disabled", `${isIdle}`);
    for (const button of this.#back) setIdle(button, this.#position === 0);
    for (const button of this.#on) setIdle(button, this.#position === this.#last);
    this.#play.disabled = this.#last === 0;
    this.#slider.disabled = this.#last === 0;
  }
}

function clamp(position: number, last: number): number {
  return Math.max(0, Math.min(last, Math.floor(position)));
}

function icon(outline: string): SVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  const path = document.createElementNS(namespace, "path");
  svg.setAttribute("viewBox", "0 0 14 14");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", outline);
  svg.append(path);
  return svg;
}
