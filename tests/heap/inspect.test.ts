// inspectHeap: what it says agrees with blocks(), with the bytes of the memory, and with itself.

import { expect, test } from "vitest";
import { Heap, type HeapInspection, inspectHeap, LeanHeap } from "../../src/heap/index.ts";
import { randomFrom, seed } from "../support/seed.ts";
import { errorOf } from "../support/state.ts";

/** Everything that holds of every inspection. */
function expectSound(heap: Heap): HeapInspection {
  const found = inspectHeap(heap);
  const { sections, blocks, bins, stacks, control, unit, header, top } = found;

  // The sections tile the heap, and each thing lies in its own.
  const sectionOf = (address: number) =>
    sections.find(({ start, size }) => address >= start && address < start + size)?.name;
  expect(sections[0]?.start).toBe(heap.control);
  sections.slice(1).forEach(({ start }, i) => {
    const before = sections[i]!;
    expect(start).toBe(before.start + before.size);
  });
  const fields = [...blocks.flatMap(({ fields }) => fields), ...control];
  for (const { address, value } of [...fields, ...bins.map(({ head }) => head)])
    expect(value).toBe(heap.u32[address / 4]);
  for (const { address } of control) expect(sectionOf(address)).toBe("control");
  for (const { head } of bins) expect(sectionOf(head.address)).toBe("bins");
  expect(control.find(({ name }) => name === "top")?.value).toBe(top);

  // Blocks as blocks() gives them, and their fields.
  expect(blocks.map(({ fields: _, ...block }) => block)).toEqual(heap.blocks());
  for (const { start, size, state, fields } of blocks) {
    const values = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
    const isOpen = control.some(({ name, value }) => name === "open" && value === start);
    if (state === "free") {
      if (isOpen) expect(values).toEqual({ size });
      else expect(values).toMatchObject({ size, footer: size });
    } else if (state === "live" && size > header.above) expect(values).toEqual({ size });
    else if (state !== "foreign") expect(values).toEqual({});

    // Their two bits in the bitmap.
    const first = found.unitAt(start);
    expect(sectionOf(first.byte)).toBe("bitmap");
    expect((heap.u8[first.byte]! >>> first.shift) & 3).toBe(first.value);
    const afterFree = blocks.some(
      (other) => other.state === "free" && other.start + other.size === start,
    );
    expect(first.state).toBe(
      state === "free" ? "free" : afterFree ? "in use after free" : "in use",
    );
    if (size > unit) expect(found.unitAt(start + size - unit).state).toBe("inside");
  }

  // The bins hold all free blocks but the open one, in lists that go both ways; the stacks all cached ones.
  const open = control.find(({ name }) => name === "open")?.value;
  const free = blocks.filter(({ state, start }) => state === "free" && start !== open);
  const listed = bins.flatMap((bin) => bin.blocks);
  expect([...listed].sort((a, b) => a - b)).toEqual(free.map(({ start }) => start));
  for (const bin of bins) {
    expect(bin.head.value).toBe(bin.blocks[0]);
    bin.blocks.forEach((start, i) => {
      const { size, fields } = free.find((block) => block.start === start)!;
      expect(size).toBeGreaterThanOrEqual(bin.smallest);
      expect(size).toBeLessThanOrEqual(bin.largest);
      const value = (name: string) => fields.find((field) => field.name === name)?.value;
      expect(value("next")).toBe(bin.blocks[i + 1] ?? 0);
      expect(value("previous")).toBe(bin.blocks[i - 1] ?? bin.head.address);
    });
  }
  const cached = blocks.filter(({ state }) => state === "cached");
  const stacked = stacks.flatMap(({ size, pointers, capacity, top }) => {
    expect(pointers.length).toBeLessThanOrEqual(capacity);
    expect(top.value).toBe(4 * pointers.length);
    for (const { address } of pointers) expect(sectionOf(address)).toBe("stacks");
    return pointers.map(({ value: start }) => ({ start, size }));
  });
  expect(stacked.sort((a, b) => a.start - b.start)).toEqual(
    cached.map(({ start, size }) => ({ start, size })),
  );
  return found;
}

test("an empty heap", () => {
  const heap = new Heap();
  const { sections, blocks, bins, stacks } = expectSound(heap);
  expect(sections.map(({ name }) => name)).toEqual([
    ...["control", "bins", "stacks", "unused", "bitmap", "freed"],
  ]);
  expect([blocks, bins, stacks]).toEqual([[], [], []]);
});

test("a bin begins where the one before it ends", () => {
  const heap = new Heap();
  let end: number | undefined;
  // Steps of 1.5 %: a bin covers as much at least.
  for (let size = 528; size < 2 ** 18; size = Math.ceil((size * 1.015) / 16) * 16) {
    heap.reset();
    const p = heap.malloc(size);
    heap.malloc(512); // so that it does not merge with the top
    heap.free(p);
    const { bins } = expectSound(heap);
    const bin = bins.find(({ blocks }) => blocks.length > 0)!;
    if (bin.largest === end) continue;
    if (end !== undefined) expect(bin.smallest).toBe(end + 16);
    end = bin.largest;
  }
});

test("random heaps with foreign pages", () => {
  const random = randomFrom(seed);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const heap = new Heap({ memory });
  const live: number[] = [];
  for (let step = 0; step < 600; step++) {
    if (step % 200 === 199) {
      memory.grow(1); // somebody else's page, beyond which the heap goes on
      live.push(heap.malloc(300_000));
    }
    if (random(100) < 55) live.push(heap.malloc(1 + random(random(10) === 0 ? 20_000 : 600)));
    else if (live.length > 0) heap.free(live.splice(random(live.length), 1)[0]!);
    if (step % 15 === 0) expectSound(heap);
  }
  expect(expectSound(heap).blocks.some(({ state }) => state === "foreign")).toBe(true);
});

test("what is returned stays as it is when the heap changes", () => {
  const heap = new Heap();
  const [p] = [heap.malloc(400), heap.malloc(400)];
  const before = inspectHeap(heap);
  heap.free(p);
  expect(before.unitAt(p).state).toBe("in use");
  expect(inspectHeap(heap).stacks).toHaveLength(1);
  expect(before.stacks).toHaveLength(0);
  expect(before.blocks[0]?.state).toBe("live");
});

test("a lean heap, an unchecked one, and what is none", () => {
  const lean = new LeanHeap();
  lean.malloc(10);
  expect(inspectHeap(lean).blocks.map(({ state }) => state)).toEqual(["live", "reserve"]);
  const unchecked = new Heap({ checked: false });
  unchecked.free(unchecked.malloc(10));
  expect(inspectHeap(unchecked).stacks[0]?.pointers).toHaveLength(1);
  expect(inspectHeap(unchecked).sections.at(-1)?.name).toBe("bitmap");
  for (const value of [undefined, null, {}, 1])
    expect(errorOf(() => inspectHeap(value as unknown as Heap))).toMatchObject({
      ...{ name: "ArgumentTypeError", code: "ERR_BAD_OPTIONS" },
    });
});
