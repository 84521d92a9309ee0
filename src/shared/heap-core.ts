// The module of SharedHeap: its exports, and how an instance is made.

import { wasm } from "../../build/embedded/shared-heap.js";
import { decode } from "../core/embedded.js";
import { type HeapImports, loadCore } from "../heap/core.js";
import type { SharedLock } from "./core.js";

/** Exports of the module shared-heap (assembly/entries/shared-heap.ts). All numbers are 32 bits. */
export interface SharedHeapExports extends HeapImports, SharedLock {
  setUp(base: number, maximumPages: number, flags: number): number;
  attach(base: number): number;
  controlAddress(): number;
  /** A status below 0 when the pointer can be no live block's. */
  check(pointer: number): number;
  flush(): number;
  reclaim(dead: number): number;
  lock(): number;
}

let compiled: WebAssembly.Module | undefined;

export function heapModule(): WebAssembly.Module {
  compiled ??= loadCore(() => new WebAssembly.Module(decode(wasm)));
  return compiled;
}

/**
 * An instance on this memory. Nothing in the memory changes.
 *
 * @param waiting called with 0, 1, 2 … while another attachment holds the lock; may throw.
 */
export function instantiateHeap(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  waiting: (times: number) => void,
): SharedHeapExports {
  return loadCore(() => {
    const { exports } = new WebAssembly.Instance(module, { env: { memory, waiting } });
    if (!("controlAddress" in exports)) throw new TypeError("the module is another one");
    return exports as unknown as SharedHeapExports;
  });
}
