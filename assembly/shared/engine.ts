// The engine under a shared allocator: one of the cores' entries, chosen by asc's --use when the module is built. What
// is not chosen is never compiled.

import * as list from "../entries/list";
import * as ranges from "../entries/ranges";

/** Under best fit: what a free block takes in the index of sizes, at most, where there are many. */
@inline
export function indexBytes(): f64 {
  return isDefined(SHARED_LIST) ? 0 : 5 * sizeof<Num>();
}
@inline
export function create(policy: u32, capacity: f64): f64 {
  return isDefined(SHARED_LIST)
    ? list.create(policy, capacity, 1)
    : ranges.create(policy, capacity, 1);
}
@inline
export function allocateBlock(handle: usize, size: f64, alignment: f64, label: u32): f64 {
  return isDefined(SHARED_LIST)
    ? list.allocateBlock(handle, size, alignment, label)
    : ranges.allocateBlock(handle, size, alignment, label);
}
@inline
export function reserveBlock(handle: usize, address: f64, size: f64, label: u32): f64 {
  return isDefined(SHARED_LIST)
    ? list.reserveBlock(handle, address, size, label)
    : ranges.reserveBlock(handle, address, size, label);
}
@inline
export function freeBlock(handle: usize, address: f64): f64 {
  return isDefined(SHARED_LIST)
    ? list.freeBlock(handle, address)
    : ranges.freeBlock(handle, address);
}
@inline
export function ensure(handle: usize, steps: u32): f64 {
  return isDefined(SHARED_LIST) ? list.ensure(handle, steps) : ranges.ensure(handle, steps);
}
@inline
export function extendBlock(handle: usize, address: f64, newSize: f64): f64 {
  return isDefined(SHARED_LIST)
    ? list.extendBlock(handle, address, newSize)
    : ranges.extendBlock(handle, address, newSize);
}
@inline
export function findBlock(handle: usize, address: f64): f64 {
  return isDefined(SHARED_LIST)
    ? list.findBlock(handle, address)
    : ranges.findBlock(handle, address);
}
@inline
export function foundSize(): f64 {
  return isDefined(SHARED_LIST) ? list.foundSize() : ranges.foundSize();
}
@inline
export function foundLabel(): u32 {
  return <u32>(isDefined(SHARED_LIST) ? list.foundLabel() : ranges.foundLabel());
}
@inline
export function copyLiveBlocks(handle: usize, address: f64, limit: u32): f64 {
  return isDefined(SHARED_LIST)
    ? list.copyLiveBlocks(handle, address, limit)
    : ranges.copyLiveBlocks(handle, address, limit);
}
@inline
export function copyFreeBlocks(handle: usize, address: f64, limit: u32): f64 {
  return isDefined(SHARED_LIST)
    ? list.copyFreeBlocks(handle, address, limit)
    : ranges.copyFreeBlocks(handle, address, limit);
}
@inline
export function get(handle: usize, field: u32): f64 {
  return isDefined(SHARED_LIST) ? list.get(handle, field) : ranges.get(handle, field);
}
@inline
export function validate(handle: usize): f64 {
  return isDefined(SHARED_LIST) ? list.validate(handle) : ranges.validate(handle);
}
@inline
export function corruptionAt(): f64 {
  return isDefined(SHARED_LIST) ? list.corruptionAt() : ranges.corruptionAt();
}
