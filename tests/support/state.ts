// What can be seen of an allocator from outside, for "exactly as it was before" and for comparing
// with the model.

import { expect } from "vitest";
import { type AllocatorStats, type Block, MemoryAllocator } from "../../src/index.ts";

export interface State {
  readonly capacity: number;
  readonly stats: AllocatorStats;
  readonly freeMemory: number;
  readonly largest: number;
  readonly free: readonly Block[];
}

export function stateOf(allocator: MemoryAllocator): State {
  return {
    capacity: allocator.capacity,
    stats: allocator.getStats(),
    freeMemory: allocator.getFreeMemory(),
    largest: allocator.getLargestFreeBlock(),
    free: [...allocator.freeBlocks()],
  };
}

/** The error a call ends in; fails the test when it ends in none. */
export function errorOf(call: () => unknown): Error & { code?: string } {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return error as Error & { code?: string };
  }
  throw new Error("the call was expected to throw and did not");
}

/** The result of a call, or the code of the error it ended in; other errors pass through. */
export function outcomeOf<T>(call: () => T): T | string {
  try {
    return call();
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (typeof code === "string" && code.startsWith("ERR_")) return code;
    throw error;
  }
}

/** The same without what the shape of the trees shows in: a copy has its own. */
export function withoutShape<S extends { stats: AllocatorStats }>(state: S) {
  const { height: _, metadataBytes: __, ...stats } = state.stats;
  return { ...state, stats };
}

/** What the wrapper's classes share among themselves; TypeScript keeps callers from it. */
const INTERNAL = [
  "alignmentInUnits",
  "checkGranule",
  "copyFrom",
  "engines",
  "entries",
  "fill",
  "blockAfter",
  "inspect",
  "notFree",
  "refuseAllocate",
  "take",
  "toAddress",
  "figure",
  "takeToMove",
  "toUnits",
  "write",
];

/** The names of all methods that a MemoryAllocator has for its callers, inherited ones included. */
export function publicMethods(): string[] {
  const names = new Set<string>();
  let prototype = MemoryAllocator.prototype;
  for (; prototype !== Object.prototype; prototype = Object.getPrototypeOf(prototype)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
      if (typeof value === "function" && name !== "constructor") names.add(name);
  }
  return [...names].filter((name) => !INTERNAL.includes(name));
}
