// Who holds the memory at the present moment, as bars: by label, by call site, by size. A bar is pressed to see only
// its blocks in the pictures.

import { bytes, count, percent } from "../../src/draw/format.ts";
import {
  GROUPINGS,
  type Grouping,
  type Groups,
  groupsOf,
  inOneLine,
  isTelling,
} from "../../src/holders/groups.ts";
import { Holdings, mostHeld } from "../../src/holders/held.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { byId, element, option } from "../dom.ts";
import { type Filter, isSame } from "./filter.ts";

const mostRows = 10;

export const groupingNames: Readonly<Record<Grouping, string>> = {
  label: "label",
  site: "call site",
  size: "size",
};

interface Row {
  readonly root: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly name: HTMLElement;
  readonly bar: HTMLElement;
  readonly figures: HTMLElement;
  group: number;
}

export class HoldersView {
  readonly #by = byId("holders-by", HTMLSelectElement);
  readonly #list = byId("holders", HTMLOListElement);
  readonly #sum = byId("holders-sum", HTMLElement);
  readonly #onPress: (filter: Filter) => void;
  #trace: Trace | undefined;
  #groups: Groups | undefined;
  #holdings: Holdings | undefined;
  /** The most that any group holds at any time: as long as a bar can be. */
  #most = 1;
  #rows: Row[] = [];
  #moment = 0;
  #filter: Filter | undefined;

  /** @param onPress the filter that the bar pressed stands for */
  constructor(onPress: (filter: Filter) => void) {
    this.#onPress = onPress;
    this.#by.addEventListener("change", () => this.#regroup());
  }

  open(trace: Trace): void {
    this.#trace = trace;
    const telling = GROUPINGS.filter((grouping) => isTelling(trace, grouping));
    this.#by.replaceChildren(...telling.map((name) => option(name, groupingNames[name])));
    this.#regroup();
  }

  /** The moment after so many operations. */
  seek(operations: number): void {
    this.#moment = operations;
    this.#show();
  }

  set filter(filter: Filter | undefined) {
    this.#filter = filter;
    this.#show();
  }

  #regroup(): void {
    const trace = this.#trace!;
    this.#groups = groupsOf(trace, this.#by.value as Grouping);
    this.#holdings = new Holdings(trace, this.#groups);
    this.#most = mostHeld(trace, this.#groups);
    this.#rows = this.#groups.names.slice(0, mostRows).map(() => this.#createRow());
    this.#list.replaceChildren(...this.#rows.map(({ root }) => root));
    this.#show();
  }

  #createRow(): Row {
    const name = element("span", { className: "name" });
    const bar = element("span", { className: "filled" });
    const figures = element("span", { className: "held" });
    const button = element(
      "button",
      { type: "button" },
      name,
      element("span", { className: "track" }, bar),
      figures,
    );
    const row: Row = { root: element("li", {}, button), button, name, bar, figures, group: -1 };
    button.addEventListener("click", () =>
      this.#onPress({ grouping: this.#groups!.grouping, group: row.group }),
    );
    return row;
  }

  #show(): void {
    const [trace, groups, holdings] = [this.#trace, this.#groups, this.#holdings];
    if (trace === undefined || groups === undefined || holdings === undefined) return;
    holdings.seek(this.#moment);
    const held = holdings.list();
    const all = held.reduce((sum, one) => sum + one.bytes, 0);
    const blocks = held.reduce((sum, one) => sum + one.blocks, 0);
    this.#rows.forEach((row, index) => {
      const one = held[index];
      row.root.classList.toggle("none", one === undefined);
      row.button.disabled = one === undefined;
      if (one === undefined) return;
      row.group = one.group;
      const name = inOneLine(groups.names[one.group]!);
      row.name.textContent = name;
      row.button.title = name;
      row.bar.style.width = `${(one.bytes / this.#most) * 100}%`;
      row.figures.textContent = `${bytes(one.bytes)}, ${percent(one.bytes / all)}, ${count(one.blocks)} block${one.blocks === 1 ? "" : "s"}`;
      const isOn = isSame(this.#filter, { grouping: groups.grouping, group: one.group });
      row.button.setAttribute("aria-pressed", `${isOn}`);
    });
    const rest = held.slice(this.#rows.length);
    const more = rest.reduce((sum, one) => sum + one.bytes, 0);
    this.#sum.textContent = `${count(all)} bytes in ${count(blocks)} blocks${rest.length === 0 ? "" : `; ${count(rest.length)} more hold ${count(more)} of these`}`;
  }
}
