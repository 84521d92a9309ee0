// The bytes themselves: a table of 16 a row, with what the heap has written coloured and named.

import { count } from "../../src/draw/format.ts";
import { element } from "../dom.ts";
import type { HexField, HexPart } from "./hex-rows.ts";
import { hex } from "./moment.ts";

const WORDS = [0, 4, 8, 12];

/** Shows parts of `bytes`, the whole memory; words at `changed` addresses are marked. */
export function showBytes(
  table: HTMLTableElement,
  parts: readonly HexPart[],
  bytes: Uint8Array,
  changed: ReadonlySet<number>,
): void {
  const head = element("thead");
  const titles = ["address", "+0", "+4", "+8", "+12", "as text"];
  head.append(element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title))));
  const columns = element("colgroup", {}, ...titles.map(() => element("col")));
  table.replaceChildren(columns, head, ...parts.map((part) => bodyOf(part, bytes, changed)));
}

function bodyOf(
  part: HexPart,
  bytes: Uint8Array,
  changed: ReadonlySet<number>,
): HTMLTableSectionElement {
  const title = element("th", { colSpan: 6, scope: "rowgroup" }, part.title);
  const body = element(
    "tbody",
    { className: `${part.name}${part.isSelected ? " selected" : ""}` },
    element("tr", { className: "title" }, title),
  );
  for (const row of part.rows) {
    if (row.kind === "left out") {
      const words = `⋯ ${count(row.bytes)} bytes more ⋯`;
      body.append(element("tr", { className: "left-out" }, element("td", { colSpan: 6 }, words)));
      continue;
    }
    const { address } = row;
    body.append(
      element(
        "tr",
        {},
        element("th", { scope: "row" }, hex(address)),
        ...WORDS.map((offset) => wordCell(part, address + offset, bytes, changed)),
        element("td", { className: "text" }, textOf(bytes, address)),
      ),
    );
  }
  return body;
}

function wordCell(
  { fields, from, to }: HexPart,
  address: number,
  bytes: Uint8Array,
  changed: ReadonlySet<number>,
): HTMLTableCellElement {
  const field = fields.find((one) => one.address === address);
  const classes = [
    ...(field === undefined ? [] : ["field", field.name.replaceAll(/\W/g, "-")]),
    ...(changed.has(address) ? ["changed"] : []),
  ];
  const cell = element("td", { className: classes.join(" ") });
  const code = element("code");
  for (let at = address; at < address + 4; at++) {
    const isMeant = at >= from && at < to;
    const digits = (bytes[at] ?? 0).toString(16).padStart(2, "0");
    code.append(element("span", { className: isMeant ? "" : "other" }, digits));
  }
  cell.append(code);
  if (field !== undefined)
    cell.append(element("small", {}, element("b", {}, field.name), ` ${numberText(field)}`));
  if (changed.has(address)) cell.title = "changed by this step";
  return cell;
}

/** Sizes and counts in decimal, addresses as such. */
function numberText({ name, value, text }: HexField): string {
  if (text !== undefined) return text;
  if (["size", "footer", "pagesLeft"].includes(name)) return count(value);
  return value === 0 ? "none" : hex(value);
}

function textOf(bytes: Uint8Array, address: number): string {
  return Array.from(bytes.subarray(address, address + 16), (byte) =>
    byte > 32 && byte < 127 ? String.fromCharCode(byte) : "·",
  ).join("");
}
