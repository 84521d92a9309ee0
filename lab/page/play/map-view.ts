// The map on the page: paints a frame, tells what lies under the pointer, frees by click or key.

import type { Block } from "suballoc";
import { count } from "../../src/draw/format.ts";
import { oncePerFrame, within } from "../dom.ts";
import { onThemeChange } from "../theme.ts";
import { range } from "./caption.ts";
import type { Frame, LiveBlock } from "./frame.ts";
import { paintOnCanvas } from "./paint.ts";
import { Layout, mapShapes } from "./scene.ts";

export class MapView {
  readonly #root: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #tip: HTMLElement;
  readonly #selection: HTMLElement;
  readonly #onFree: (block: LiveBlock) => void;
  readonly #repaint = oncePerFrame(() => this.#paint());
  #layout = new Layout(1, 1);
  #frame: Frame | undefined;
  #selectedAddress: number | undefined;

  constructor(root: HTMLElement, selection: HTMLElement, onFree: (block: LiveBlock) => void) {
    this.#root = root;
    this.#canvas = within(root, "canvas", HTMLCanvasElement);
    this.#tip = within(root, ".tip", HTMLElement);
    this.#selection = selection;
    this.#onFree = onFree;
    this.#canvas.addEventListener("pointermove", (event) => this.#showTip(event));
    this.#canvas.addEventListener("pointerleave", () => this.#hideTip());
    this.#canvas.addEventListener("click", (event) => this.#freeAt(event));
    this.#canvas.addEventListener("keydown", (event) => this.#onKey(event));
    this.#canvas.addEventListener("blur", () => this.#select(undefined));
    new ResizeObserver(this.#repaint).observe(root);
    onThemeChange(this.#repaint);
  }

  get layout(): Layout {
    return this.#layout;
  }

  show(frame: Frame): void {
    this.#frame = frame;
    this.#hideTip();
    this.#repaint();
  }

  #paint(): void {
    if (this.#frame === undefined || this.#root.clientWidth === 0) return;
    this.#layout = new Layout(this.#frame.stats.capacity, this.#root.clientWidth);
    const { width, height } = this.#layout;
    const shapes = mapShapes(this.#frame, this.#layout, this.#selected());
    paintOnCanvas(this.#canvas, width, height, shapes);
  }

  /** All blocks in address order. */
  #blocks(): (Block | LiveBlock)[] {
    const { live, free } = this.#frame!;
    return [...live, ...free].sort((a, b) => a.start - b.start);
  }

  #blockAt(address: number): Block | LiveBlock {
    return this.#blocks().find(({ start, size }) => start <= address && address < start + size)!;
  }

  #addressUnder(event: MouseEvent): number | undefined {
    const { left, top } = this.#canvas.getBoundingClientRect();
    return this.#layout.addressAt(event.clientX - left, event.clientY - top);
  }

  #showTip(event: PointerEvent): void {
    const address = this.#addressUnder(event);
    if (address === undefined || this.#frame === undefined) return this.#hideTip();
    const block = this.#blockAt(address);
    this.#canvas.style.cursor = "id" in block ? "pointer" : "default";
    this.#tip.textContent = `${describe(block)} · address ${count(address)}`;
    this.#tip.hidden = false;
    const { left, top } = this.#root.getBoundingClientRect();
    const most = this.#root.clientWidth - this.#tip.offsetWidth;
    const x = Math.max(0, Math.min(most, event.clientX - left + 12));
    this.#tip.style.transform = `translate(${x}px, ${event.clientY - top - 40}px)`;
  }

  #hideTip(): void {
    this.#tip.hidden = true;
  }

  #freeAt(event: MouseEvent): void {
    const address = this.#addressUnder(event);
    if (address === undefined || this.#frame === undefined) return;
    const block = this.#blockAt(address);
    if ("id" in block) this.#onFree(block);
    else this.#selection.textContent = `${describe(block)}: nothing to free.`;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#frame === undefined) return;
    const blocks = this.#blocks();
    const selected = this.#selected();
    const index =
      selected === undefined ? -1 : blocks.findIndex(({ start }) => start === selected.start);
    const moves: Record<string, () => number> = {
      ArrowRight: () => Math.min(blocks.length - 1, index + 1),
      ArrowDown: () => Math.min(blocks.length - 1, index + 1),
      ArrowLeft: () => Math.max(0, index - 1),
      ArrowUp: () => Math.max(0, index - 1),
      Home: () => 0,
      End: () => blocks.length - 1,
    };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      this.#select(blocks[move()]);
    } else if (["Enter", " ", "Delete"].includes(event.key) && selected !== undefined) {
      event.preventDefault();
      if ("id" in selected) this.#onFree(selected);
      else this.#selection.textContent = `${describe(selected)}: nothing to free.`;
    }
  }

  #selected(): Block | LiveBlock | undefined {
    const address = this.#selectedAddress;
    if (address === undefined || address >= this.#frame!.stats.capacity) return undefined;
    return this.#blockAt(address);
  }

  #select(block: Block | undefined): void {
    this.#selectedAddress = block?.start;
    this.#selection.textContent = block === undefined ? "" : describe(block);
    this.#repaint();
  }
}

function describe(block: Block | LiveBlock): string {
  const kind = "id" in block ? `Live block ${block.id + 1}` : "Free block";
  return `${kind} ${range(block)}, size ${count(block.size)}`;
}
