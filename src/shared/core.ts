// The modules of SharedAllocator: which there are, their exports, and how an instance is made.

import { wasm as list } from "../../build/embedded/shared-list.js";
import { wasm as narrow } from "../../build/embedded/shared-narrow.js";
import { wasm as wide } from "../../build/embedded/shared-wide.js";
import { decode } from "../core/embedded.js";
import { loadCore } from "../heap/core.js";
import type { Policy } from "../policy.js";

/** Exports of every shared module that concern the lock, and an attachment that held it when it ended. */
export interface SharedLock {
  unlock(): void;
  isInside(): number;
  takeOver(dead: number): number;
  abandon(): void;
  contend(): number;
  holder(): number;
  setMayWait(allowed: number): void;
}

/** Exports of every shared module (assembly/entries/shared.ts). Addresses and sizes are f64, everything else 32 bits. */
export interface SharedExports extends SharedLock {
  setUp(policy: number, capacity: number, maxMetadataBytes: number, flags: number): number;
  attach(): number;
  dispose(): number;
  lock(): number;
  reclaim(dead: number, from: number): number;
  reclaimedTo(): number;

  allocate(size: number, alignment: number, tag: number): number;
  reserve(address: number, size: number, alignment: number, tag: number): number;
  free(address: number): number;
  resize(address: number, newSize: number): number;
  extend(address: number, newSize: number): number;
  find(address: number): number;
  sizeFound(): number;
  ownerFound(): number;
  tagFound(): number;
  alignmentFound(): number;

  copyLiveBlocks(address: number, limit: number): number;
  copyFreeBlocks(address: number, limit: number): number;
  freeMemory(): number;
  largest(): number;
  freeBlockCount(): number;
  liveBlockCount(): number;
  storageBytes(): number;
  storageLimit(): number;
  validate(): number;
  corruptionAt(): number;
}

/** In place of a number: another attachment holds the lock. */
export const LOCKED = -20;

const modules = new Map<string, WebAssembly.Module>();

/** The greatest capacity that 32-bit numbers can handle. */
const MAX_NARROW = 2 ** 32 - 2;

/** The module for a policy and a capacity, compiled at its first use. */
export function moduleFor(policy: Policy, capacity: number): WebAssembly.Module {
  const hex = policy === "linked-list" ? list : capacity <= MAX_NARROW ? narrow : wide;
  let module = modules.get(hex);
  if (module === undefined) {
    module = loadCore(() => new WebAssembly.Module(decode(hex)));
    modules.set(hex, module);
  }
  return module;
}

/** An instance on this memory. Nothing in the memory changes. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): SharedExports {
  return loadCore(() => {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    if (!("takeOver" in exports)) throw new TypeError("the module is another one");
    return exports as unknown as SharedExports;
  });
}
