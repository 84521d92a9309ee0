// The node pool when the memory itself is at its end: memory.grow returns −1 (as-pect.asconfig.json sets a
// maximum of 1024 pages). A file of its own, because afterwards nobody else in the module can grow either.

import {
  ensureNodes,
  nodeBytes,
  nodeClass,
  storageBytes,
  takeNode,
  unusedNodes,
} from "../../assembly/kernel/pool";

const NODE = nodeClass(32);

const MOST_PAGES: i32 = 1024;
const PAGE: u32 = 65536;

/** Nodes end this far before the memory does, so that a vector read at the end of one cannot trap. */
const SLACK: f64 = 16;

describe("a memory that cannot grow", () => {
  it("is used to its end, then refused with nothing changed", () => {
    const bytes = nodeBytes(NODE);
    const used = storageBytes();
    const room = <f64>(MOST_PAGES - memory.size()) * PAGE - SLACK;
    // First many at a time, then one by one.
    while (ensureNodes(NODE, unusedNodes(NODE) + PAGE / bytes));
    while (ensureNodes(NODE, unusedNodes(NODE) + 1));
    expect<i32>(memory.size()).toBe(MOST_PAGES, "pages");
    expect<f64>(storageBytes() - used).toBe(floor(room / bytes) * bytes, "storage");

    const before = storageBytes();
    const unused = unusedNodes(NODE);
    expect<bool>(ensureNodes(NODE, unused + 1)).toBe(false, "one more");
    expect<bool>(ensureNodes(NODE, u32.MAX_VALUE / bytes)).toBe(false, "far more");
    expect<f64>(storageBytes()).toBe(before, "storage after refusal");
    expect<u32>(unusedNodes(NODE)).toBe(unused, "unused nodes after refusal");

    expect<bool>(ensureNodes(NODE, unused)).toBe(true, "those there are");
    let last: usize = 0;
    for (let count: u32 = 0; count < unused; count++) {
      const node = takeNode(NODE);
      memory.fill(node, 0xff, bytes);
      last = max(last, node);
    }
    expect<bool>(v128.any_true(v128.load(last + bytes - 16))).toBe(
      true,
      "the last sixteen bytes of the last node",
    );
    expect<bool>(v128.any_true(v128.load(last + bytes))).toBe(false, "and those after it");
    expect<u32>(unusedNodes(NODE)).toBe(0, "all taken");
    expect<bool>(ensureNodes(NODE, 1)).toBe(false, "none left");
  });
});
