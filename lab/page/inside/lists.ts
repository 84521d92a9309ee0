// Beside the bytes: the sections of the heap, its figures, and what its stacks and bins hold.

import { count } from "../../src/draw/format.ts";
import { element } from "../dom.ts";
import { nameOfBin, nameOfStack } from "./caption-words.ts";
import { hex, type Moment } from "./moment.ts";

const sectionNames: Readonly<Record<string, string>> = {
  control: "fields",
  bins: "bins",
  stacks: "stacks",
  blocks: "blocks",
  unused: "not used yet",
  bitmap: "bitmap",
  freed: "freed bits",
};

/** The whole heap in order of address. */
export function showSections(list: HTMLElement, { heap }: Moment): void {
  list.replaceChildren(
    ...heap.sections.map(({ name, start, size }) => {
      const item = element(
        "li",
        { className: `section-${name}` },
        element("b", {}, sectionNames[name] ?? name),
        element("span", {}, `${count(size)} B`),
        element("code", {}, hex(start)),
      );
      item.style.flexGrow = String(Math.sqrt(size));
      return item;
    }),
  );
}

export function showFigures(list: HTMLElement, { heap, allocations }: Moment): void {
  const sum = (state: string) =>
    heap.blocks.reduce((bytes, block) => bytes + (block.state === state ? block.size : 0), 0);
  const live = sum("live");
  const asked = allocations.reduce((bytes, one) => bytes + (one?.isLive ? one.size : 0), 0);
  const figures: [string, string][] = [
    ["Live", `${count(live)} B`],
    ["Asked for", `${count(asked)} B`],
    ["Rounding, headers", `${count(live - asked)} B`],
    ["Free, merged", `${count(sum("free"))} B`],
    ["In stacks", `${count(sum("cached"))} B`],
    ["Reserve", `${count(sum("reserve"))} B`],
  ];
  list.replaceChildren(
    ...figures.map(([name, value]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, value)),
    ),
  );
}

/** Addresses as buttons that select their block. */
function addresses(
  starts: readonly number[],
  selected: number,
  onSelect: (start: number) => void,
): HTMLElement {
  return element(
    "ol",
    { className: "chain" },
    ...starts.map((start) => {
      const button = element("button", { type: "button" }, hex(start));
      if (start === selected) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => onSelect(start));
      return element("li", {}, button);
    }),
  );
}

export function showStacks(
  list: HTMLElement,
  { heap }: Moment,
  selected: number,
  onSelect: (start: number) => void,
): void {
  const items = heap.stacks.map((stack) => {
    // The one that goes out next comes first.
    const starts = stack.pointers.map(({ value }) => value).reverse();
    const words = `${count(stack.size)} bytes`;
    const held = `${starts.length} of ${stack.capacity}`;
    const item = element("li", {}, element("b", {}, words), element("span", {}, held));
    item.append(addresses(starts, selected, onSelect));
    item.title = nameOfStack(stack);
    return item;
  });
  list.replaceChildren(...(items.length > 0 ? items : [element("li", {}, "All are empty.")]));
}

export function showBins(
  list: HTMLElement,
  { heap }: Moment,
  selected: number,
  onSelect: (start: number) => void,
): void {
  const items = heap.bins.map((bin) => {
    const { smallest, largest, blocks } = bin;
    const range = smallest === largest ? count(smallest) : `${count(smallest)} – ${count(largest)}`;
    const item = element("li", {}, element("b", {}, `${range} bytes`));
    item.append(addresses(blocks, selected, onSelect));
    item.title = nameOfBin(bin);
    return item;
  });
  const open = heap.control.find(({ name }) => name === "open")?.value ?? 0;
  if (open !== 0) {
    const item = element("li", {}, element("b", {}, "Open, in no bin yet"));
    item.append(addresses([open], selected, onSelect));
    item.title = "The free block that grew last: the control block says where it is";
    items.push(item);
  }
  list.replaceChildren(...(items.length > 0 ? items : [element("li", {}, "All are empty.")]));
}
