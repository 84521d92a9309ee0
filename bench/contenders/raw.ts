// The exports of suballoc's wasm module, without the wrapper. Any build of it can be given by its path.

import { readFileSync } from "node:fs";
import { POLICIES, type Policy } from "suballoc";
import { SUBALLOC_WASM } from "../paths.ts";
import { type Heap, numeric } from "./heap.ts";

interface Exports {
  create(policy: number, capacity: number): number;
  allocate(handle: number, size: number): number;
  free(handle: number, address: number, size: number): number;
}

export function raw(capacity: number, policy: Policy, wasmPath = SUBALLOC_WASM): Heap<number> {
  const module = new WebAssembly.Module(readFileSync(wasmPath));
  const { create, allocate, free } = new WebAssembly.Instance(module).exports as unknown as Exports;
  const handle = create(POLICIES.indexOf(policy), capacity);
  if (handle < 0) throw new Error(`create answered ${handle}`);
  return {
    ...numeric,
    allocate: (size) => allocate(handle, size),
    free: (address, size) => {
      free(handle, address, size);
    },
    failed: (address) => address < 0,
  };
}
