// The heap as AssemblyScript source: `import … from "suballoc/assembly/heap"`.

import { expect, test } from "vitest";
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
