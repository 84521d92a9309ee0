// The ABI of the buddy core: everything this module exports, and the one place where arguments are checked.
// Handles go in, f64 numbers come out; below zero they are the codes of kernel/status.ts and kernel/corruption.ts.
// No input traps: a handle is one that `create` returned, or 0, which names no allocator. All allocators are tracked.
// What does not depend on the engine is in tiling.ts.

import { BLOCK_NODE, BuddyBlock } from "../buddy/block";
import * as engine from "../buddy/buddy";
import { orderOf } from "../buddy/orders";
import { validateBuddy } from "../buddy/validate";
import { isAddress, isLabel, isSize } from "../kernel/numbers";
import { ensureNodes } from "../kernel/pool";
import { RESULT_ENTRIES, results } from "../kernel/scratch";
import { BAD_ARGUMENT, DISPOSED, NODE_STORAGE, OK } from "../kernel/status";
import { copyOrder as copyFreeOrder, copyLive, freeBlockBefore } from "../tiling/copy";
import { findBlock as findLive, relabelFound } from "../tiling/found";
import { checkRange, isTiling, tilingOf } from "../tiling/handle";
import { destroyTiling, tilingBytes } from "../tiling/tiling";

const BUDDY: u32 = 6;

export * from "./tiling";

// Life --------------------------------------------------------------------------------------------------------

export function create(policy: u32, capacity: f64, tracked: u32): f64 {
  if (policy != BUDDY || !isSize(capacity) || tracked != 1) return BAD_ARGUMENT;
  const tiling = engine.createBuddy(capacity);
  return tiling ? <f64>changetype<usize>(tiling) : NODE_STORAGE;
}

export function destroy(handle: usize): f64 {
  if (!isTiling(handle)) return DISPOSED;
  destroyTiling(tilingOf(handle), BLOCK_NODE);
  return OK;
}

export function reset(handle: usize): f64 {
  return isTiling(handle) ? engine.reset(tilingOf(handle)) : DISPOSED;
}

/** Reserve nodes for `steps` allocations in a row. OK, NODE_STORAGE or DISPOSED. */
export function ensure(handle: usize, steps: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  const most = <f64>steps * 52;
  return most <= <f64>i32.MAX_VALUE && ensureNodes(BLOCK_NODE, <u32>most) ? OK : NODE_STORAGE;
}

// Blocks ------------------------------------------------------------------------------------------------------

// An address of −0 becomes 0: `+ 0` makes it so.

export function allocateBlock(handle: usize, size: f64, alignment: f64, label: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  return isSize(size) && isSize(alignment)
    ? engine.allocateBlock(tilingOf(handle), size, alignment, label)
    : BAD_ARGUMENT;
}

export function freeBlock(handle: usize, address: f64): f64 {
  const status = checkRange(handle, address, 1);
  return status == OK ? engine.freeBlock(tilingOf(handle), address + 0) : status;
}

export function reserveBlock(handle: usize, address: f64, size: f64, label: u32): f64 {
  const status = checkRange(handle, address, size);
  return status == OK ? engine.reserveBlock(tilingOf(handle), address + 0, size, label) : status;
}

export function resizeBlock(handle: usize, address: f64, newSize: f64, alignment: f64): f64 {
  let status = checkRange(handle, address, 1);
  if (status != OK) return status;
  if (!isSize(newSize) || !isSize(alignment)) return BAD_ARGUMENT;
  status = findLive<BuddyBlock>(tilingOf(handle), address + 0);
  return status == OK ? engine.resizeFound(tilingOf(handle), newSize, alignment) : status;
}

export function extendBlock(handle: usize, address: f64, newSize: f64): f64 {
  let status = checkRange(handle, address, 1);
  if (status != OK) return status;
  if (!isSize(newSize)) return BAD_ARGUMENT;
  status = findLive<BuddyBlock>(tilingOf(handle), address + 0);
  return status == OK ? engine.extendFound(tilingOf(handle), newSize) : status;
}

export function moveBlock(handle: usize, from: f64, to: f64): f64 {
  let status = checkRange(handle, from, 1);
  if (status != OK) return status;
  if (!isAddress(to)) return BAD_ARGUMENT;
  status = findLive<BuddyBlock>(tilingOf(handle), from + 0);
  return status == OK ? engine.moveFound(tilingOf(handle), to + 0) : status;
}

export function setLabel(handle: usize, address: f64, label: u32): f64 {
  const status = findBlock(handle, address);
  if (status == OK) relabelFound(tilingOf(handle), label);
  return status;
}

export function findBlock(handle: usize, address: f64): f64 {
  const status = checkRange(handle, address, 1);
  return status == OK ? findLive<BuddyBlock>(tilingOf(handle), address + 0) : status;
}

/** (start, size, label) triples of live blocks, from the first that ends after `address`; how many. */
export function copyLiveBlocks(handle: usize, address: f64, limit: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  return isAddress(address)
    ? copyLive<BuddyBlock>(tilingOf(handle), address + 0, limit)
    : BAD_ARGUMENT;
}

// Queries -----------------------------------------------------------------------------------------------------

export function policy(handle: usize): f64 {
  return isTiling(handle) ? <f64>BUDDY : DISPOSED;
}

export function canAllocate(handle: usize, size: f64, alignment: f64): f64 {
  if (!isTiling(handle)) return DISPOSED;
  if (!isSize(size) || !isSize(alignment)) return BAD_ARGUMENT;
  return <f64>engine.canAllocate(tilingOf(handle), size, alignment);
}

export function largest(handle: usize): f64 {
  return isTiling(handle) ? engine.largest(tilingOf(handle)) : DISPOSED;
}

/** Sum of the sizes that the live blocks were requested with. */
export function requestedMemory(handle: usize): f64 {
  if (!isTiling(handle)) return DISPOSED;
  const tiling = tilingOf(handle);
  return tiling.requested;
}

export function metadataBytes(handle: usize): f64 {
  return isTiling(handle) ? tilingBytes(tilingOf(handle), BLOCK_NODE) : DISPOSED;
}

export function validate(handle: usize): f64 {
  return isTiling(handle) ? validateBuddy(tilingOf(handle)) : DISPOSED;
}

// Capacity ----------------------------------------------------------------------------------------------------

export function grow(handle: usize, capacity: f64): f64 {
  if (!isTiling(handle)) return DISPOSED;
  return isSize(capacity) && capacity >= tilingOf(handle).capacity
    ? engine.grow(tilingOf(handle), capacity)
    : BAD_ARGUMENT;
}

export function shrink(handle: usize, capacity: f64): f64 {
  if (!isTiling(handle)) return DISPOSED;
  return isSize(capacity) && capacity <= tilingOf(handle).capacity
    ? engine.shrink(tilingOf(handle), capacity)
    : BAD_ARGUMENT;
}

// Loading -----------------------------------------------------------------------------------------------------

/** From here on, `load` adds the live blocks in address order, then `endLoad`, then `loadOrder` the order in bins. */
export function beginLoad(handle: usize): f64 {
  return reset(handle);
}

// `load` would hide the built-in function of that name.
export { loadEntries as load };

function loadEntries(handle: usize, count: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  if (count > RESULT_ENTRIES) return BAD_ARGUMENT;
  let entry = results();
  for (let i: u32 = 0; i < count; i++) {
    const start = load<f64>(entry);
    const size = load<f64>(entry, 8);
    const label = load<f64>(entry, 16);
    if (!isAddress(start) || !isSize(size) || !isLabel(label)) return BAD_ARGUMENT;
    const status = engine.reserveBlock(tilingOf(handle), start + 0, size, <u32>label);
    if (status != OK) return status == NODE_STORAGE ? status : BAD_ARGUMENT;
    entry += 24;
  }
  return OK;
}

/** Ends of the free blocks in the order of the bins, after the one that ends at `after` (0: from the first); how many. */
export function copyOrder(handle: usize, after: f64, limit: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  return isAddress(after)
    ? copyFreeOrder<BuddyBlock>(tilingOf(handle), after + 0, limit, orderOf)
    : BAD_ARGUMENT;
}

/** Of the free blocks whose ends lie at the result address, put each first into its bin, one after another. */
export function loadOrder(handle: usize, count: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  if (count > RESULT_ENTRIES) return BAD_ARGUMENT;
  for (let i: u32 = 0; i < count; i++) {
    const end = load<f64>(results() + (i << 3));
    const block = isAddress(end) ? freeBlockBefore(tilingOf(handle), end + 0) : null;
    if (!block) return BAD_ARGUMENT;
    engine.refile(tilingOf(handle), block);
  }
  return OK;
}
