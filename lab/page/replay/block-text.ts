// A block in words: for the tip beside it, and in one line for those who listen.

import { bytes, count } from "../../src/draw/format.ts";
import type { BlockFacts } from "./blocks.ts";

export interface Row {
  readonly term: string;
  readonly value: string;
}

export function rowsOf(facts: BlockFacts): Row[] {
  const { size, address, alignment, label, site, age, ageMicroseconds, left } = facts;
  const rows: Row[] = [];
  if (label !== "") rows.push({ term: "label", value: label });
  rows.push({
    term: "address",
    value: `${count(address)} … ${count(address + size)}${alignment > 1 ? `, aligned to ${count(alignment)}` : ""}`,
  });
  rows.push({
    term: "age",
    value: `${operations(age)}${ageMicroseconds === undefined ? "" : `, ${duration(ageMicroseconds)}`}`,
  });
  rows.push({
    term: "freed",
    value: left === undefined ? "never" : `in ${operations(left)}`,
  });
  if (site.length > 0) rows.push({ term: "call site", value: site.join("\n") });
  return rows;
}

export function titleOf({ size }: BlockFacts): string {
  return size < 1024 ? `${count(size)} bytes` : `${count(size)} bytes (${bytes(size)})`;
}

export function inWords(facts: BlockFacts): string {
  const rows = rowsOf(facts).map(({ term, value }) => `${term} ${value.replaceAll("\n", ", ")}`);
  return `${titleOf(facts)}; ${rows.join("; ")}`;
}

/** Microseconds as people read them. */
function duration(microseconds: number): string {
  if (microseconds < 1000) return `${count(microseconds)} µs`;
  if (microseconds < 1e6) return `${shortened(microseconds / 1e3)} ms`;
  return `${shortened(microseconds / 1e6)} s`;
}

const operations = (number: number) => `${count(number)} operation${number === 1 ? "" : "s"}`;
const shortened = (value: number) => String(Number(value.toPrecision(3)));
