// LANES is derived from, not assumed: with 8 lanes to a node the tree cores do the same as with 16, call by call, and
// with a number of lanes that the code is not written for they do not compile.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "assemblyscript/asc";
import { expect, test } from "vitest";
import { narrow } from "../src/core/narrow.ts";
import { wide } from "../src/core/wide.ts";
import { randomFrom, seed } from "./support/seed.js";

/** The tree core with so many lanes to a node and its asserts in, or what the compiler says. */
async function compile(lanes: number, number: "u32" | "f64") {
  let binary = new Uint8Array();
  const { error, stderr } = await main(
    [
      ...["assembly/entries/ranges.ts", "--use", `Num=${number}`, "--use", "abort="],
      ...[
        "--runtime",
        "stub",
        "--enable",
        "simd",
        "--optimizeLevel",
        "2",
        "--outFile",
        "core.wasm",
      ],
    ],
    {
      readFile(name, base) {
        try {
          const text = readFileSync(join(base, name), "utf8");
          const given = "export const LANES: u32 = ";
          if (!name.endsWith("btree/lanes.ts")) return text;
          expect(text).toContain(`${given}16;`);
          return text.replace(`${given}16;`, `${given}${lanes};`);
        } catch {
          return null;
        }
      },
      writeFile(_, contents) {
        binary = new Uint8Array(contents as Uint8Array);
      },
      listFiles: () => null,
    },
  );
  return { error, message: String(stderr), binary };
}

test.each([4, 12, 32])("%d lanes do not compile", async (lanes) => {
  const { error, message } = await compile(lanes, "u32");
  expect(error).not.toBe(null);
  expect(message).toContain("LANES must be 8 or 16");
});

test.each([
  ["narrow", "u32", narrow],
  ["wide", "f64", wide],
] as const)("8 lanes do as 16 do: %s", async (_, number, core) => {
  const { message, binary } = await compile(8, number);
  expect(binary.length, message).toBeGreaterThan(10_000);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary));
  const [eight, sixteen] = [exports as unknown as typeof core.abi, core.abi];
  const random = randomFrom(seed);
  for (const policy of [0, 1, 2, 3])
    for (const live of [1, 0]) {
      const capacity = 20_000;
      const handles = [eight, sixteen].map((abi) => abi.create(policy, capacity, live));
      const both = (call: (abi: typeof core.abi, handle: number) => number): number => {
        const [a, b] = [eight, sixteen].map((abi, i) => call(abi, handles[i] as number));
        expect(a).toBe(b);
        return a as number;
      };
      const blocks: [start: number, size: number][] = [];
      // Growing to several hundred blocks, so that the trees have three levels and more, and down to none.
      for (let step = 0; step < 3000 || blocks.length > 0; step++) {
        if (random(10) < (step < 2000 ? 6 : 2)) {
          const size = 1 + random(40);
          const start = both((abi, handle) => abi.allocateBlock(handle, size, 1, 7));
          if (start >= 0) blocks.push([start, size]);
        } else if (blocks.length > 0) {
          const [block] = blocks.splice(random(blocks.length), 1);
          const [start, size] = block as [number, number];
          both((abi, handle) =>
            live ? abi.freeBlock(handle, start) : abi.free(handle, start, size),
          );
        }
        if (step % 64 === 0) expect(both((abi, handle) => abi.validate(handle))).toBe(0);
      }
      expect(both((abi, handle) => abi.canAllocate(handle, capacity, 1))).toBe(1);
      for (const [i, abi] of [eight, sixteen].entries()) abi.destroy(handles[i] as number);
    }
});
