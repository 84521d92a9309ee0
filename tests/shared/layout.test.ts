// The wrapper reads shared memory at the addresses that the core writes to.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as wrapper from "../../src/shared/layout.js";

test("both sides agree on the layout", () => {
  const source = ["shared/layout", "kernel/scratch"]
    .map((file) => readFileSync(`assembly/${file}.ts`, "utf8"))
    .join("");
  const constant = (name: string) => {
    const value = new RegExp(`const ${name}: \\w+ = (\\d+);`).exec(source)?.[1];
    if (value === undefined) throw new Error(`no ${name} in the core`);
    return Number(value);
  };
  const { AT } = wrapper;
  expect({ ...AT, key: AT.key - 4, announced: 256 }).toEqual({
    magic: constant("MAGIC_AT"),
    version: constant("VERSION_AT"),
    flags: constant("FLAGS_AT"),
    policy: constant("POLICY_AT"),
    capacity: constant("CAPACITY_AT"),
    key: constant("NEXT_ID_AT"),
    caches: constant("CACHES_AT"),
    lock: constant("LOCK_AT"),
    announced: 256,
    scratch: constant("SHARED_SCRATCH"),
    engine: constant("ENGINE_START"),
  });
  expect(wrapper.VERSION).toBe(constant("VERSION"));
  expect(wrapper.RECOVERY).toBe(constant("RECOVERY"));
  expect(wrapper.OWN_PAGES).toBe(constant("OWN_PAGES"));
  expect(wrapper.HEADER_BYTES).toBe(constant("HEADER_BYTES"));
  // The map of announcements ends where scratch begins.
  expect(AT.announced + wrapper.ANNOUNCED_IDS / 8).toBe(AT.scratch);
});
