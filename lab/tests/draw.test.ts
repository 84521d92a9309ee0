// The pictures: the map says exactly what is free, and the SVG stays small and well formed.

import fc from "fast-check";
import { MemoryAllocator } from "suballoc";
import { describe, expect, test } from "vitest";
import { drawAddressAgainstTime } from "../src/draw/address-time.ts";
import { bytes, count, percent } from "../src/draw/format.ts";
import { drawMap } from "../src/draw/map.ts";
import { replay } from "../src/replay/replay.ts";
import { readBundled, readText } from "./traces.ts";

describe("map", () => {
  test("one character an equal share of the block", () => {
    const free = [
      { start: 0, size: 10 },
      { start: 15, size: 5 },
      { start: 32, size: 1 },
      { start: 41, size: 8 },
    ];
    expect(drawMap(50, free, { width: 5, rows: 1 })).toEqual(["·▒█▓░"]);
    expect(drawMap(50, free, { width: 2, rows: 2 })).toEqual(["░▒", "▓▒"]);
  });

  test("never more characters than addresses", () => {
    expect(drawMap(3, [{ start: 1, size: 1 }], { width: 80, rows: 3 })).toEqual(["█·█"]);
  });

  test("capacities up to 2^53 - 1", () => {
    const capacity = Number.MAX_SAFE_INTEGER;
    const [line] = drawMap(capacity, [{ start: 0, size: capacity }], { width: 80, rows: 1 });
    expect(line).toBe("·".repeat(80));
  });

  test("full and empty cells are exactly so", () => {
    const blocks = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(
        blocks,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 3 }),
        (pairs, width, rows) => {
          const isFree: boolean[] = [];
          const free = pairs.map(([live, size]) => {
            for (let i = 0; i < live; i++) isFree.push(false);
            const start = isFree.length;
            for (let i = 0; i < size; i++) isFree.push(true);
            return { start, size };
          });
          isFree.push(false);
          const capacity = isFree.length;
          const cells = Math.min(width * rows, capacity);
          const text = drawMap(capacity, free, { width, rows }).join("");
          expect(text).toHaveLength(cells);
          [...text].forEach((character, cell) => {
            const from = Math.floor((capacity * cell) / cells);
            const until =
              cell + 1 === cells ? capacity : Math.floor((capacity * (cell + 1)) / cells);
            const share = isFree.slice(from, until);
            expect(character === "·").toBe(share.every(Boolean));
            expect(character === "█").toBe(!share.some(Boolean));
          });
        },
      ),
    );
  });
});

describe("address against time", () => {
  const draw = async (name: string) => {
    const trace = await readBundled(name);
    const panels = (["linked-list"] as const).map((policy) => ({
      policy,
      replay: replay(trace, (capacity) => new MemoryAllocator(capacity, { policy }), 4e6),
    }));
    return drawAddressAgainstTime(`<${name}> & "more"`, trace, panels);
  };

  test.each(["sqlite", "jq", "cc1"])("%s: a viewable file", async (name) => {
    const svg = await draw(name);
    expect(svg.length).toBeLessThan(500_000);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg).toContain(`&#60;${name}&#62; &#38; &#34;more&#34;`);
    expect(svg).toContain("linked-list");
    expect(svg).toContain("in 4,000,000 bytes");
  });

  test("a block at least a pixel in size is one rectangle, where it was and while it lived", async () => {
    const trace = await readText(
      "--1-- malloc(25) = 0x1\n--1-- malloc(50) = 0x2\n--1-- free(0x1)\n--1-- free(0x2)\n",
    );
    const policy = "linked-list";
    const result = replay(trace, (capacity) => new MemoryAllocator(capacity, { policy }), 100);
    const svg = drawAddressAgainstTime("t", trace, [{ policy, replay: result }]);
    // The plot is 890 by 240: operations 0-2 of 4 at addresses 0-25 of 100, and 1-3 at 25-75.
    expect(svg).toContain("M0 180h445v60h-445z");
    expect(svg).toContain("M222.5 60h445v120h-445z");
  });

  test("a replay that did not fit says so", async () => {
    const trace = await readText("--1-- malloc(25) = 0x1\n--1-- malloc(1050) = 0x2\n");
    const policy = "linked-list";
    const result = replay(trace, (capacity) => new MemoryAllocator(capacity, { policy }), 100);
    const svg = drawAddressAgainstTime("t", trace, [{ policy, replay: result }]);
    expect(svg).toContain("does not fit: 1,050 bytes at operation 2");
  });
});

test("numbers as people read them", () => {
  expect([count(1234567), percent(0.0139812), percent(0.000181), percent(0)]).toEqual([
    "1,234,567",
    "1.40 %",
    "0.018 %",
    "0.00 %",
  ]);
  expect([bytes(0), bytes(512), bytes(1536), bytes(2 ** 53)]).toEqual([
    "0",
    "512 B",
    "1.5 KiB",
    "8 PiB",
  ]);
});
