// Freed small blocks wait in a bounded stack for the next malloc of their size ("magazines": Bonwick and Adams 2001,
// here without their depot). A stack is an array of pointers, not a list through the blocks, so that the memory of a
// block is not touched by freeing it or taking it again. That it is bounded keeps what it withholds from merging
// small; a block that finds it full goes to the heap at once, so that no call ever has many to give back.

import { release } from "./blocks";
import { SHARED } from "./build";
import {
  CACHE_STACKS,
  CACHE_TOPS,
  cache,
  control,
  SMALL_UNITS,
  STACK_BYTES,
  STACKS,
  TOPS,
  UNIT,
} from "./layout";

// `top` of a class: bytes of pointers in its stack, 4 for each. In a shared heap each worker has stacks of its own.

// @ts-expect-error: decorator
@inline
const TOPS_AT: u32 = SHARED ? CACHE_TOPS : TOPS;
// @ts-expect-error: decorator
@inline
const STACKS_AT: u32 = SHARED ? CACHE_STACKS : STACKS;

// @ts-expect-error: decorator
@inline
function stacks(): u32 {
  return SHARED ? cache : control;
}

// @ts-expect-error: decorator
@inline
function topOf(units: u32): u32 {
  return load<u32>(stacks() + (units << 2), TOPS_AT);
}

// @ts-expect-error: decorator
@inline
function setTop(units: u32, top: u32): void {
  store<u32>(stacks() + (units << 2), top, TOPS_AT);
}

/** A block from the stack of its class; 0 if that is empty. Class 0 has none, and is always empty. */
// @ts-expect-error: decorator
@inline
export function pop(units: u32): u32 {
  const top = topOf(units);
  if (!top) return 0;
  setTop(units, top - 4);
  return load<u32>(stacks() + units * STACK_BYTES + top, STACKS_AT - 4);
}

/** False, and nothing done, if the stack is full. */
// @ts-expect-error: decorator
@inline
export function push(units: u32, p: u32): bool {
  const top = topOf(units);
  if (top == STACK_BYTES) return false;
  store<u32>(stacks() + units * STACK_BYTES + top, p, STACKS_AT);
  setTop(units, top + 4);
  return true;
}

/** Gives all blocks in stacks back to the heap. */
export function flushStacks(): void {
  for (let units: u32 = SMALL_UNITS; units; ) {
    const p = pop(units);
    if (p) release(p, units * UNIT);
    else units--;
  }
}
