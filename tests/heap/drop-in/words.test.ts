// Programs that others compiled, on a heap that they import: C whose malloc is ours, and AssemblyScript whose runtime
// allocates from us. They share one memory with JavaScript's own blocks; every byte of all of them is compared.

import { describe, expect, test } from "vitest";
import { Heap, type HeapOptions } from "../../../src/heap/index.ts";
import { randomFrom, seed } from "../../support/seed.ts";
import { HeapModel } from "../model.ts";
import { buildAssemblyScript, buildC, noClang } from "./programs.ts";

/** A text of some thousand words, and what is to be reported of it. */
function makeText(random: (bound: number) => number, words: number) {
  const counts = new Map<string, number>();
  const parts: string[] = [];
  for (let i = 0; i < words; i++) {
    const length = 1 + random(random(10) === 0 ? 200 : 4);
    const word = Array.from({ length }, () => String.fromCharCode(97 + random(26))).join("");
    counts.set(word, (counts.get(word) ?? 0) + 1);
    parts.push(word, " ,.\n"[random(4)] as string);
  }
  const lines = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return { text: parts.join(""), report: lines.map(([w, n]) => `${w} ${n}\n`).join("") };
}

interface CExports {
  countWords(text: number): number;
  report(): number;
  clear(): void;
  rules(): number;
}

interface AssemblyScriptExports {
  memory: WebAssembly.Memory;
  countWords(text: number, length: number): void;
  report(): number;
  ramp(length: number, step: number): number;
  clear(): void;
  __pin(object: number): number;
  __unpin(object: number): void;
  __collect(): void;
}

const KINDS: Record<string, Omit<HeapOptions, "memory">> = {
  checked: {},
  unchecked: { checked: false },
  debug: { debug: { quarantine: 100_000 } },
};

/** Pages that hold the programs' own data and stacks. */
const PROGRAM_PAGES = 4;

/** A heap in the programs' memory, with blocks of JavaScript's own in it. */
function makeHeap(options: Omit<HeapOptions, "memory">) {
  const memory = new WebAssembly.Memory({ initial: PROGRAM_PAGES });
  const heap = new Heap({ ...options, memory });
  const misuse = "undefined";
  const model = new HeapModel(heap, randomFrom(seed), { maxSize: 5000, maxBlocks: 100, misuse });
  for (let i = 0; i < 300; i++) model.step();
  return { memory, heap, model };
}

/** Blocks and bytes that are neither the program's nor lost. */
const liveOf = (heap: Heap) => heap.stats().blocks;

if (noClang) console.log(`the tests of C programs are skipped: ${noClang}`);

describe.skipIf(noClang).each(Object.entries(KINDS))("a C program, %s", (_, options) => {
  const load = () => {
    const { memory, heap, model } = makeHeap(options);
    const instance = new WebAssembly.Instance(buildC(), {
      env: { memory },
      heap: { ...heap.imports },
    });
    return { heap, model, program: instance.exports as unknown as CExports };
  };

  const stringAt = (heap: Heap, pointer: number) => {
    const { u8 } = heap;
    return Buffer.from(u8.subarray(pointer, u8.indexOf(0, pointer))).toString("latin1");
  };

  test("counts words, its blocks among ours", () => {
    const { heap, model, program } = load();
    const random = randomFrom(seed);
    for (let round = 0; round < 4; round++) {
      // Fewer where every call notes its site: the runner maps each stack to the sources, which takes a millisecond.
      const { text, report } = makeText(random, options.debug ? 300 : 2000);
      const pointer = heap.malloc(text.length + 1);
      heap.u8.set(Buffer.from(`${text}\0`, "latin1"), pointer);
      expect(program.countWords(pointer)).toBe(1);
      for (let i = 0; i < 200; i++) model.step();
      const told = program.report() >>> 0;
      expect(stringAt(heap, told)).toBe(report);
      heap.free(told); // what C allocated, JavaScript frees
      expect(stringAt(heap, pointer)).toBe(text);
      heap.free(pointer);
      program.clear();
      for (let i = 0; i < 200; i++) model.step();
      heap.validate();
      model.checkAll();
      if (!options.debug) expect(liveOf(heap) - model.blocks.length).toBe(0);
      else
        expect(heap.leaks().reduce((sum, { count }) => sum + count, 0)).toBe(model.blocks.length);
    }
  });

  test("finds the rules of the C standard kept", () => {
    const { heap, model, program } = load();
    const before = liveOf(heap);
    expect(program.rules()).toBe(0);
    heap.validate();
    model.checkAll();
    if (!options.debug) expect(liveOf(heap)).toBe(before);
  });

  test("survives a heap that is full, and goes on when it is not", () => {
    const memory = new WebAssembly.Memory({ initial: PROGRAM_PAGES });
    const heap = new Heap({ ...options, memory, maximum: 4 * 65536 });
    const instance = new WebAssembly.Instance(buildC(), {
      env: { memory },
      heap: { ...heap.imports },
    });
    const program = instance.exports as unknown as CExports;
    const { text, report } = makeText(randomFrom(seed), 300);
    const pointer = heap.malloc(text.length + 1);
    heap.u8.set(Buffer.from(`${text}\0`, "latin1"), pointer);
    const ballast: number[] = [];
    for (const size of [65536, 4096, 256, 16])
      for (;;) {
        const p = heap.tryMalloc(size);
        if (p === undefined) break;
        ballast.push(p);
      }
    expect(program.countWords(pointer)).toBe(0); // NULL, and handled
    program.clear();
    heap.validate();
    for (const p of ballast) heap.free(p);
    expect(program.countWords(pointer)).toBe(1);
    expect(stringAt(heap, program.report() >>> 0)).toBe(report);
    heap.validate();
  });
});

describe.each(Object.entries(KINDS))("an AssemblyScript program, %s", (_, options) => {
  const module = () =>
    buildAssemblyScript("words", "assembly/heap-runtime/imported", "--importMemory");

  const stringAt = (heap: Heap, pointer: number) => {
    const bytes = heap.u32[pointer / 4 - 1] as number;
    return String.fromCharCode(...heap.u16.subarray(pointer / 2, (pointer + bytes) / 2));
  };

  test("counts words, its objects among our blocks", () => {
    const { memory, heap, model } = makeHeap(options);
    const instance = new WebAssembly.Instance(module(), {
      env: { memory },
      heap: { ...heap.imports },
    });
    const program = instance.exports as unknown as AssemblyScriptExports;
    const random = randomFrom(seed);
    program.clear();
    program.__collect();
    const atRest =
      heap.blocks().filter(({ state }) => state === "live").length - model.blocks.length;
    for (let round = 0; round < 3; round++) {
      const { text, report } = makeText(random, 500);
      const pointer = heap.malloc(2 * text.length);
      for (let i = 0; i < text.length; i++) heap.u16[pointer / 2 + i] = text.charCodeAt(i);
      program.countWords(pointer, text.length);
      for (let i = 0; i < 200; i++) model.step();
      const told = program.__pin(program.report());
      expect(stringAt(heap, told)).toBe(report);
      program.__unpin(told);
      heap.free(pointer);
      const ramp = program.__pin(program.ramp(5000, 0.5));
      const data = heap.u32[ramp / 4 + 1] as number; // ArrayBufferView: buffer, dataStart, byteLength
      for (let i = 0; i < 5000; i++) expect(heap.f64[data / 8 + i]).toBe(i / 2);
      program.__unpin(ramp);
      program.clear();
      program.__collect();
      heap.validate();
      model.checkAll();
      if (!options.debug) {
        const live = heap.blocks().filter(({ state }) => state === "live").length;
        expect(live - model.blocks.length).toBe(atRest);
      }
    }
  });
});
