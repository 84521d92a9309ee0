// Node storage when the memory itself is at its end: memory.grow answers −1 (as-pect.asconfig.json sets a
// maximum of 1024 pages). A file of its own, because afterwards nobody else in the module can grow either.

import {
  LIST_NODE,
  nodeBytes,
  reserveNodes,
  storageBytes,
  takeNode,
  unusedNodes,
} from "../../assembly/storage";

const MOST_PAGES: i32 = 1024;
const PAGE: u32 = 65536;

describe("a memory that cannot grow", () => {
  it("is used to its last page, then refused with nothing changed", () => {
    const perPage = PAGE / nodeBytes(LIST_NODE);
    const free = MOST_PAGES - memory.size();
    const used = storageBytes();
    let pages: f64 = 0;
    while (reserveNodes(LIST_NODE, unusedNodes(LIST_NODE) + perPage)) pages++;
    expect<i32>(memory.size()).toBe(MOST_PAGES, "pages");
    expect<f64>(pages).toBe(free, "pages that became nodes");
    expect<f64>(storageBytes() - used).toBe(pages * PAGE, "storage");

    const before = storageBytes();
    const unused = unusedNodes(LIST_NODE);
    expect<bool>(reserveNodes(LIST_NODE, unused + 1)).toBe(false, "one more");
    expect<bool>(reserveNodes(LIST_NODE, 4294967295 / nodeBytes(LIST_NODE))).toBe(false, "far more");
    expect<f64>(storageBytes()).toBe(before, "storage after refusal");
    expect<u32>(unusedNodes(LIST_NODE)).toBe(unused, "unused nodes after refusal");

    expect<bool>(reserveNodes(LIST_NODE, unused)).toBe(true, "those there are");
    let count: u32 = 0;
    for (; count < unused; count++) store<u32>(takeNode(LIST_NODE), 0xffffffff);
    expect<u32>(unusedNodes(LIST_NODE)).toBe(0, "all taken");
    expect<bool>(reserveNodes(LIST_NODE, 1)).toBe(false, "none left");
  });
});
