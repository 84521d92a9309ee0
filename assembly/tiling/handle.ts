// Handles: what the ABI knows a tiling by.

import { isAddress, isSize } from "../kernel/numbers";
import { BAD_ARGUMENT, DISPOSED, OK, OUT_OF_BOUNDS } from "../kernel/status";
import { MAGIC, Tiling } from "./record";

/** Whether a handle names a tiling that has not been destroyed. */
export function isTiling(handle: usize): bool {
  return tilingOf(handle).magic == MAGIC;
}

@inline
export function tilingOf(handle: usize): Tiling {
  return changetype<Tiling>(handle);
}

/** OK, DISPOSED, BAD_ARGUMENT, or OUT_OF_BOUNDS unless [address, address + size) lies within the capacity. */
export function checkRange(handle: usize, address: f64, size: f64): f64 {
  if (!isTiling(handle)) return DISPOSED;
  if (!isAddress(address) || !isSize(size)) return BAD_ARGUMENT;
  return size > tilingOf(handle).capacity - address ? OUT_OF_BOUNDS : OK;
}
