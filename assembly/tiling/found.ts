// The live block that a call found last, and its size and label as they were then.

import { isAddress } from "../kernel/numbers";
import { BAD_ARGUMENT, INSIDE_BLOCK, NOT_ALLOCATED, OK, OUT_OF_BOUNDS } from "../kernel/status";
import { Block } from "./block";
import { Tiling } from "./record";
import { lookup } from "./table";
import { seek } from "./tiling";

let block: usize = 0;
let size: f64 = 0;
let label: u32 = 0;

@inline
export function found(): Block {
  return changetype<Block>(block);
}
export function sizeFound(): f64 {
  return size;
}
export function labelFound(): u32 {
  return label;
}

@inline
export function keep(foundBlock: Block, itsSize: f64): void {
  block = changetype<usize>(foundBlock);
  size = itsSize;
  label = foundBlock.label;
}

/** The size that a live block was asked for. */
export function requestedOf(tiling: Tiling, block: Block): f64 {
  return tiling.powers ? block.requested : block.size;
}

/** Why no live block starts at `address`. BAD_ARGUMENT, OUT_OF_BOUNDS, NOT_ALLOCATED or INSIDE_BLOCK. As `seek`. */
export function refusal(tiling: Tiling, address: f64): f64 {
  if (!isAddress(address)) return BAD_ARGUMENT;
  if (address >= tiling.capacity) return OUT_OF_BOUNDS;
  return seek(tiling, address).free ? NOT_ALLOCATED : INSIDE_BLOCK;
}

/** Find the live block that starts at `address`. OK or as `refusal`. O(1); when refused, as `seek`. */
export function findBlock(tiling: Tiling, address: f64): f64 {
  const known = lookup(tiling, address);
  if (!known || known.free) return refusal(tiling, address);
  keep(known, requestedOf(tiling, known));
  return OK;
}

/** Relabel the block found last. O(1). */
export function relabelFound(tiling: Tiling, newLabel: u32): void {
  found().label = newLabel;
  tiling.version++;
}
