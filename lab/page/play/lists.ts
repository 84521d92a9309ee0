// Below the map: figures, the free list, and the live blocks as buttons.

import type { Block } from "suballoc";
import { count, percent } from "../../src/draw/format.ts";
import { element } from "../dom.ts";
import { range } from "./caption.ts";
import type { Frame, LiveBlock } from "./frame.ts";

/** More than anyone reads; a longer list only makes every step slow. */
const mostShown = 300;

export function showFigures(list: HTMLElement, { stats, live }: Frame): void {
  const figures: [string, string][] = [
    ["Live", `${count(stats.capacity - stats.freeMemory)} in ${count(live.length)}`],
    ["Free", `${count(stats.freeMemory)} in ${count(stats.freeBlockCount)}`],
    ["Largest free block", count(stats.largestFreeBlock)],
    ["External fragmentation", percent(stats.externalFragmentation)],
  ];
  list.replaceChildren(
    ...figures.map(([name, value]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, value)),
    ),
  );
}

export function showFreeList(list: HTMLElement, { free, happening }: Frame): void {
  const remarks = new Map<number, { className: string; text: string }>();
  if (happening.kind === "allocated" || happening.kind === "refused") {
    happening.looked.forEach(({ start }, index) => {
      remarks.set(start, { className: "looked", text: `looked at ${ordinal(index)}` });
    });
  }
  if (happening.kind === "allocated") {
    const { chosen, block } = happening;
    const remark = { className: "took", text: "what is left of the chosen one" };
    remarks.set(chosen.start, remark);
    remarks.set(block.start + block.size, remark);
  }
  if (happening.kind === "freed") {
    const { left, block, right } = happening;
    const pieces = [left, block, right].filter((piece) => piece !== undefined);
    const text = pieces.length === 1 ? "new" : pieces.map(({ size }) => count(size)).join(" + ");
    remarks.set((left ?? block).start, { className: "took", text });
  }
  showList(list, free, "Nothing is free.", (block) => {
    const remark = remarks.get(block.start);
    const item = element("li", { className: remark?.className ?? "" }, ...blockText(block));
    if (remark !== undefined) item.append(element("em", {}, remark.text));
    return item;
  });
}

export function showLiveList(
  list: HTMLElement,
  { live, happening }: Frame,
  onFree: (block: LiveBlock) => void,
): void {
  const placed =
    happening.kind === "allocated" || happening.kind === "moved" ? happening.block.id : undefined;
  const focused = [...list.querySelectorAll<Element>("button")].indexOf(
    document.activeElement as Element,
  );
  showList(list, live, "Nothing is live.", (block) => {
    const verb = element("span", { className: "hidden" }, "Free ");
    const button = element("button", { type: "button" }, verb, ...blockText(block));
    button.addEventListener("click", () => onFree(block));
    return element("li", { className: block.id === placed ? "placed" : "" }, button);
  });
  // Whoever frees one block after another with the keyboard keeps their place.
  if (focused >= 0)
    [...list.querySelectorAll("button")]
      .slice(0, focused + 1)
      .at(-1)
      ?.focus();
}

function showList<B extends Block>(
  list: HTMLElement,
  blocks: readonly B[],
  whenEmpty: string,
  itemOf: (block: B) => HTMLElement,
): void {
  const items = blocks.slice(0, mostShown).map(itemOf);
  const more = blocks.length - items.length;
  if (blocks.length === 0) items.push(element("li", {}, whenEmpty));
  if (more > 0) items.push(element("li", {}, `and ${count(more)} more`));
  list.replaceChildren(...items);
}

function blockText(block: Block): HTMLElement[] {
  return [element("b", {}, count(block.size)), element("span", {}, range(block))];
}

function ordinal(index: number): string {
  return ["first", "second", "third"][index] ?? `as number ${index + 1}`;
}
