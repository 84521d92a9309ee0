// validate() notices each single bit that is wrong: in the fields of the control block, in the bins, in the bitmap where a free
// block begins or ends, in what is written into free blocks and before large ones.

import { expect, test, vi } from "vitest";
import { Heap, inspectHeap } from "../../src/heap/index.ts";

/** A heap with blocks of every state, pages of somebody else, and a free block whose size is not at its end. */
function varied(checked: boolean): Heap {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const heap = new Heap({ memory, checked });
  const run = Array.from({ length: 100 }, () => heap.malloc(528));
  const blocks = Array.from({ length: 80 }, (_, i) => heap.malloc(1 + ((i * 97) % 1500)));
  memory.grow(1);
  const last = heap.malloc(70_000);
  heap.malloc(5000);
  blocks.forEach((block, i) => {
    if (i % 3 > 0) heap.free(block);
  });
  heap.free(last);
  // Blocks after a large free one make it longer.
  const open = () => inspectHeap(heap).control.find(({ name }) => name === "open")?.value;
  for (const block of run) if (!open()) heap.free(block);
  heap.validate();
  return heap;
}

test("blocks without number: they are not remembered, for which a Map has no room from 2^24 on", () => {
  const heap = new Heap();
  const blocks = Array.from({ length: 5000 }, () => heap.malloc(16));
  for (let i = 0; i < blocks.length; i += 2) heap.free(blocks[i] as number);
  const inMaps = vi.spyOn(Map.prototype, "set");
  const inSets = vi.spyOn(Set.prototype, "add");
  heap.validate();
  const remembered = inMaps.mock.calls.length + inSets.mock.calls.length;
  vi.restoreAllMocks();
  expect(remembered).toBeLessThan(100);
});

test.each([true, false])("checked: %s", (checked) => {
  const heap = varied(checked);
  const { control, blocks, bins, sections, stacks } = inspectHeap(heap);
  const value = (name: string) => control.find((field) => field.name === name)?.value as number;
  const states = new Set(blocks.map(({ state }) => state));
  expect([...states].sort()).toEqual(["cached", "foreign", "free", "live", "reserve"]);
  expect(bins.length).toBeGreaterThan(5);
  expect(stacks.length).toBeGreaterThan(5);
  expect(value("open")).not.toBe(0);

  // Words, and which of their bits.
  const words = new Map<number, number>();
  // How many pages there may be more is known to nobody else.
  for (const { name, address } of control) if (name !== "pagesLeft") words.set(address, -1);
  const stacked = sections.find(({ name }) => name === "stacks")!.start;
  const tables = sections.find(({ name }) => name === "bins")!.start;
  // Without the freed bits, a stack may as well hold one more of the pointers that lay there before.
  if (checked)
    for (let at = (control.at(-1)?.address as number) + 4; at < tables; at += 4) words.set(at, -1);
  for (let at = tables, i = 0; at < stacked; at += 4, i++)
    if (i < 32 || i % 16 === 0 || heap.u32[at / 4] !== 0) words.set(at, -1);
  for (const { fields, state } of blocks)
    if (state !== "foreign") for (const { address } of fields) words.set(address, -1);
  // The higher bit of every unit. (That a small block in use begins inside another, nobody can know.)
  const fence = blocks.find(({ state }) => state === "foreign")!;
  const beyond = value("top");
  const { unitAt } = inspectHeap(heap);
  for (let unit = heap.control + 8192; unit < beyond - 1024; unit += 256)
    if (unit < fence.start - 1024 || unit > fence.start + fence.size + 1024)
      words.set(unitAt(unit).byte & ~3, 0xaaaaaaaa);

  // Of units that no block has been in yet, both, and of those that the bitmap itself lies in, and what is after the last.
  const end = value("end");
  for (let unit = beyond + 1024; unit < end; unit += 4096) words.set(unitAt(unit).byte & ~3, -1);
  const lastWord = unitAt(end - 16).byte & ~7;
  for (const at of [0, 4, 8, 12, 16, 20]) words.set(lastWord + at, -1);

  let unnoticed = "";
  for (const [address, bits] of words)
    for (let bit = 0; bit < 32; bit++) {
      if (((bits >>> bit) & 1) === 0) continue;
      const index = address / 4;
      const was = heap.u32[index] as number;
      heap.u32[index] = was ^ (1 << bit);
      try {
        heap.validate();
        unnoticed += ` ${address - heap.control}:${bit}`;
      } catch (error) {
        expect((error as Error).name).toBe("CorruptionError");
      }
      heap.u32[index] = was;
    }
  heap.validate();
  expect(unnoticed).toBe("");
});
