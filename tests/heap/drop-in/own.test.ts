// The heap as AssemblyScript source: `import … from "suballoc/assembly/heap"`.

import { expect, test } from "vitest";
import { Heap, type HeapImports } from "../../../src/heap/index.ts";
import { buildAssemblyScript } from "./programs.ts";

test.each([[], ["--use", "HEAP_CHECKED=1"]])(
  "compiled into a program of its own %s %s",
  (...flags) => {
    const module = buildAssemblyScript("own", "stub", ...flags);
    const { exports } = new WebAssembly.Instance(module);
    const { run, memory } = exports as unknown as {
      run(base: number, pages: number): number;
      memory: WebAssembly.Memory;
    };
    expect(run(0, 100)).toBe(0);
    memory.grow(1);
    expect(run(memory.buffer.byteLength - 65536, 100)).toBe(0);
    expect(run(memory.buffer.byteLength + 16, 100)).toBe(1);
  },
);

const CHECKED = ["--use", "HEAP_CHECKED=1"];

test("one heap, by its source in a program and by the class", () => {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const heap = new Heap({ memory });
  const module = buildAssemblyScript("joined", "stub", "--importMemory", ...CHECKED);
  const program = new WebAssembly.Instance(module, { env: { memory } })
    .exports as unknown as HeapImports & {
    attach(control: number): number;
    free_checked(pointer: number): number;
    reset(): void;
  };
  const mine = heap.malloc(3000);
  for (const control of [0, 16, heap.control + 16, heap.control + 8, memory.buffer.byteLength, -16])
    expect(program.attach(control)).toBe(-1);
  const unchecked = new Heap({ memory, checked: false });
  expect(program.attach(unchecked.control)).toBe(-1); // of another build
  expect(program.attach(heap.control)).toBe(0);
  const its = program.malloc(100);
  const large = program.realloc(program.malloc(1000), 200_000) >>> 0; // grows the memory
  heap.validate();
  expect(heap.stats().blocks).toBe(3);
  expect(program.posix_memalign(mine, 256, 1000)).toBe(0);
  expect((heap.u32[mine / 4] as number) % 256).toBe(0);
  heap.free(its);
  expect(program.free_checked(its)).toBe(-9);
  expect(program.free_checked(large + 160)).toBe(-8);
  expect(program.free_checked(mine)).toBe(0);
  expect(() => heap.free(mine)).toThrow("double free");
  heap.free(large);
  expect(heap.stats().blocks).toBe(1);
  heap.validate();
  program.reset();
  heap.validate();
  unchecked.validate();
  expect(heap.stats().blocks).toBe(0);
});

test("checks without the flag for them do not compile, since there are no bits to check by", () => {
  expect(() => buildAssemblyScript("joined", "stub", "--importMemory")).toThrow("HEAP_CHECKED=1");
});
