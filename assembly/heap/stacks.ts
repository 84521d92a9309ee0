// Freed small blocks wait in a bounded stack for the next malloc of their size ("magazines": Bonwick and Adams 2001,
// here without their depot). A stack is an array of pointers, not a list through the blocks, so that the memory of a
// block is not touched by freeing it or taking it again. That it is bounded keeps what it withholds from merging
// small; a block that finds it full goes to the heap at once, so that no call ever has many to give back.

import { change, IN_USE, RESERVED } from "./bitmap";
import { release } from "./blocks";
import { CHECKED } from "./build";
import { control, SMALL_UNITS, STACK_BYTES, STACKS, TOPS, UNIT } from "./layout";
import { markKnown } from "./known";

// `top` of a class: address after the last pointer in its stack. Its low bits, since stacks are aligned, are 0 when
// the stack is empty, and STACK_BYTES − 4 when it is full: the last word stays unused. A class without a stack has top 0.

// @ts-ignore: decorator
@inline
export function topOf(units: u32): u32 {
  return load<u32>(control + (units << 2), TOPS);
}

// @ts-ignore: decorator
@inline
function setTop(units: u32, top: u32): void {
  store<u32>(control + (units << 2), top, TOPS);
}

function stackOf(units: u32): u32 {
  return control + STACKS + units * STACK_BYTES;
}

/** A block from the stack of its class; 0 if that is empty. */
// @ts-ignore: decorator
@inline
export function pop(units: u32): u32 {
  let top = topOf(units);
  if (!(top & (STACK_BYTES - 1))) return 0;
  top -= 4;
  setTop(units, top);
  const p = load<u32>(top);
  if (CHECKED) change(p, RESERVED ^ IN_USE);
  return p;
}

/** False, and nothing done, if the stack is full. */
// @ts-ignore: decorator
@inline
export function push(units: u32, p: u32): bool {
  const top = topOf(units);
  if (!(~top & (STACK_BYTES - 4))) return false;
  store<u32>(top, p);
  setTop(units, top + 4);
  if (CHECKED) change(p, IN_USE ^ RESERVED);
  return true;
}

export function isInStack(units: u32, p: u32): bool {
  for (let at = stackOf(units), top = topOf(units); at < top; at += 4) {
    if (load<u32>(at) == p) return true;
  }
  return false;
}

/** Gives all blocks in stacks back to the heap. False if there were none. */
export function flushStacks(): bool {
  let any = false;
  for (let units: u32 = 1; units <= SMALL_UNITS; units++) {
    for (let p = pop(units); p; p = pop(units)) {
      if (CHECKED) markKnown(p);
      release(p, units * UNIT);
      any = true;
    }
  }
  return any;
}

export function clearStacks(): void {
  for (let units: u32 = 1; units <= SMALL_UNITS; units++) setTop(units, stackOf(units));
}
