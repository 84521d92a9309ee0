// The tip beside the block that is pointed at or chosen by key. One for the whole view.

import { element } from "../dom.ts";
import { rowsOf, titleOf } from "./block-text.ts";
import type { BlockFacts } from "./blocks.ts";

const distance = 14; // from the pointer
const margin = 8; // to the edges of the window

export class Tip {
  readonly #root: HTMLElement;

  constructor(root: HTMLElement) {
    this.#root = root;
    addEventListener("scroll", () => this.hide(), { passive: true });
  }

  /** @param x in the window, as is `y` */
  show(facts: BlockFacts, x: number, y: number): void {
    const rows = rowsOf(facts).flatMap(({ term, value }) => [
      element("dt", {}, term),
      element("dd", {}, value),
    ]);
    this.#root.replaceChildren(element("b", {}, titleOf(facts)), element("dl", {}, ...rows));
    this.#root.hidden = false;
    const { clientWidth, clientHeight } = document.documentElement;
    const { offsetWidth: width, offsetHeight: height } = this.#root;
    const isRoomAbove = y - distance - height >= margin;
    const top = isRoomAbove ? y - distance - height : y + distance;
    const left = Math.max(margin, Math.min(clientWidth - width - margin, x + distance));
    this.#root.style.transform = `translate(${left}px, ${Math.max(margin, Math.min(top, clientHeight - height - margin))}px)`;
  }

  hide(): void {
    this.#root.hidden = true;
  }
}
