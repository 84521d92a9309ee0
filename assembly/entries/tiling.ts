// What the ABIs of the segregated-fit and the buddy core export alike, because it does not depend on the engine.

import { corruptionAt as whereCorrupt } from "../kernel/corruption";
import { isAddress } from "../kernel/numbers";
import { limitStorage as limitNodeStorage, storageBytes as nodeStorageBytes } from "../kernel/pool";
import { results } from "../kernel/scratch";
import { BAD_ARGUMENT, DISPOSED, OK } from "../kernel/status";
import { copyFree } from "../tiling/copy";
import { labelFound, sizeFound } from "../tiling/found";
import { isTiling, tilingOf } from "../tiling/handle";

// Queries -----------------------------------------------------------------------------------------------------

export function foundSize(): f64 {
  return sizeFound();
}
export function foundLabel(): u32 {
  return labelFound();
}

export function liveBlockCount(handle: usize): f64 {
  return isTiling(handle) ? <f64>tilingOf(handle).liveBlocks : DISPOSED;
}

export function capacity(handle: usize): f64 {
  return isTiling(handle) ? tilingOf(handle).capacity : DISPOSED;
}

export function freeMemory(handle: usize): f64 {
  return isTiling(handle) ? tilingOf(handle).freeMemory : DISPOSED;
}

export function freeBlockCount(handle: usize): f64 {
  return isTiling(handle) ? <f64>tilingOf(handle).freeBlocks : DISPOSED;
}

/** (start, size) pairs of free blocks, from the first that ends after `address`; how many. */
export function copyFreeBlocks(handle: usize, address: f64, limit: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  return isAddress(address) ? copyFree(tilingOf(handle), address + 0, limit) : BAD_ARGUMENT;
}

/** Where the entries of `copyFreeBlocks`, `copyLiveBlocks`, `copyOrder`, `load` and `loadOrder` lie. */
export function resultAddress(): usize {
  return results();
}

export function version(handle: usize): f64 {
  return isTiling(handle) ? <f64>tilingOf(handle).version : DISPOSED;
}

/** There is no tree: one level. */
export function height(handle: usize): f64 {
  return isTiling(handle) ? 1 : DISPOSED;
}

/** There is no rover. */
export function rover(handle: usize): f64 {
  return isTiling(handle) ? 0 : DISPOSED;
}
export function setRover(handle: usize, address: f64): f64 {
  if (!isTiling(handle)) return DISPOSED;
  return isAddress(address) ? OK : BAD_ARGUMENT;
}

export function corruptionAt(): f64 {
  return whereCorrupt();
}

/** All that was loaded is in place at once. */
export function endLoad(handle: usize): f64 {
  return isTiling(handle) ? OK : DISPOSED;
}

// Memory ------------------------------------------------------------------------------------------------------

export function storageBytes(): f64 {
  return nodeStorageBytes();
}

export function limitStorage(bytes: f64): void {
  limitNodeStorage(bytes);
}
