// The list from which people choose which blocks the pictures show.

import { GROUPINGS, groupsOf, inOneLine, isTelling } from "../../src/holders/groups.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { byId, element, option } from "../dom.ts";
import { type Filter, filterFromText, filterToText } from "./filter.ts";
import { groupingNames } from "./holders-view.ts";

const mostListed = 500; // of one kind
const longestName = 60;

export class FilterView {
  readonly #select = byId("only", HTMLSelectElement);

  constructor(onChange: () => void) {
    this.#select.addEventListener("change", onChange);
  }

  open(trace: Trace): void {
    const kinds = GROUPINGS.filter((grouping) => isTelling(trace, grouping)).map((grouping) => {
      const { names } = groupsOf(trace, grouping);
      const options = names.slice(0, mostListed).map((name, group) => {
        const line = inOneLine(name);
        const short = line.length > longestName ? `${line.slice(0, longestName - 1)}…` : line;
        return option(filterToText({ grouping, group }), short);
      });
      return element("optgroup", { label: `by ${groupingNames[grouping]}` }, ...options);
    });
    this.#select.replaceChildren(option("", "all blocks"), ...kinds);
  }

  get filter(): Filter | undefined {
    return filterFromText(this.#select.value);
  }

  set filter(filter: Filter | undefined) {
    this.#select.value = filter === undefined ? "" : filterToText(filter);
  }
}
