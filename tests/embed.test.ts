// Wasm as text: what the build writes, the package reads, whatever the bytes.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { encode } from "../scripts/embed.ts";
import { decode } from "../src/core/embedded.ts";

test("every byte comes back, in characters that no quoting changes", () => {
  const bytes = Uint8Array.from({ length: 65_536 }, (_, i) => (i * 257) >> (i % 9));
  for (let byte = 0; byte < 256; byte++) bytes[byte] = byte;
  const text = encode(bytes);
  expect(decode(text)).toEqual(bytes);
  expect(text).toMatch(/^[ !#-[\]-~]+$/);
  expect(decode("")).toEqual(new Uint8Array(0));
});

test.each(["narrow", "wide", "list"])("%s.wasm is what is embedded", async (name) => {
  const { wasm } = await import(`../build/embedded/${name}.js`);
  expect(Buffer.from(decode(wasm)).equals(readFileSync(`build/${name}.wasm`))).toBe(true);
});
