// What the tests of the bench share: made-up results, and allocators that are plain enough to predict.

import type { Heap } from "../../bench/contenders/heap.ts";
import { numeric } from "../../bench/contenders/heap.ts";
import type { PlannedRace } from "../../bench/src/plan.ts";
import { median, type Result } from "../../bench/src/race.ts";
import type { RaceRecord, Results } from "../../bench/src/results.ts";

export function result(rounds: number[], facts: Partial<Result> = {}): Result {
  return { ns: rounds.length > 0 ? median(rounds) : undefined, rounds, failures: 0, ...facts };
}

export function raceOf(
  race: Partial<PlannedRace> & { group: string; title: string },
  results: Record<string, Result>,
): RaceRecord {
  const options = { rounds: 1, sliceMs: 1, warmUpMs: 1, budgetMs: 1 };
  return { entrants: [], options, ...race, results };
}

export function resultsOf(races: RaceRecord[], rest: Partial<Results> = {}): Results {
  return {
    date: "2026-01-02T03:04:05.000Z",
    quick: false,
    machine: { processor: "of sand" },
    versions: { suballoc: "1.2.3" },
    races,
    packing: [],
    coldStart: [],
    ...rest,
  };
}

/** The rows of a markdown table, found by the text of its first head cell: cells by the first cell, then by head. */
export function readTable(markdown: string, head: string): Map<string, Map<string, string>> {
  const lines = markdown.split("\n");
  const cells = (line: string) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
  const first = lines.findIndex((line) => line.startsWith("|") && cells(line)[0] === head);
  if (first < 0) throw new Error(`no table with the head "${head}"`);
  const heads = cells(lines[first] as string);
  const rows = new Map<string, Map<string, string>>();
  for (let i = first + 2; lines[i]?.startsWith("|"); i++) {
    const row = cells(lines[i] as string);
    rows.set(row[0] as string, new Map(heads.map((name, j) => [name, row[j] as string])));
  }
  return rows;
}

/** Refuses only what exceeds the free memory, as if blocks were moved together after every call. */
export function withoutHoles(capacity: number): Heap<number> {
  let used = 0;
  return {
    ...numeric,
    allocate: (size) => {
      if (used + size > capacity) return -1;
      used += size;
      return used;
    },
    free: (_, size) => {
      used -= size;
    },
    failed: (address) => address < 0,
  };
}

/** Cuts the block into slots of 1024, one for each request. */
export function slotted(capacity: number): Heap<number> {
  const free = Array.from({ length: Math.floor(capacity / 1024) }, (_, i) => i * 1024);
  return {
    ...numeric,
    allocate: () => free.pop() ?? -1,
    free: (address) => {
      free.push(address);
    },
    failed: (address) => address < 0,
  };
}
