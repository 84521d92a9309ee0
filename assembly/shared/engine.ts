// The engine under a shared allocator: one of the cores' entries, chosen by asc's --use when the module is built. What
// is not chosen is never compiled.

import * as list from "../entries/list";

// SHARED_LIST is the only one so far.

@inline
export function create(policy: u32, capacity: f64): f64 {
  return list.create(policy, capacity, 1);
}
@inline
export function allocateBlock(handle: usize, size: f64, alignment: f64, label: u32): f64 {
  return list.allocateBlock(handle, size, alignment, label);
}
@inline
export function reserveBlock(handle: usize, address: f64, size: f64, label: u32): f64 {
  return list.reserveBlock(handle, address, size, label);
}
@inline
export function freeBlock(handle: usize, address: f64): f64 {
  return list.freeBlock(handle, address);
}
@inline
export function resizeBlock(handle: usize, address: f64, newSize: f64, alignment: f64): f64 {
  return list.resizeBlock(handle, address, newSize, alignment);
}
@inline
export function extendBlock(handle: usize, address: f64, newSize: f64): f64 {
  return list.extendBlock(handle, address, newSize);
}
@inline
export function findBlock(handle: usize, address: f64): f64 {
  return list.findBlock(handle, address);
}
@inline
export function foundSize(): f64 {
  return list.foundSize();
}
@inline
export function foundLabel(): u32 {
  return list.foundLabel();
}
@inline
export function copyLiveBlocks(handle: usize, address: f64, limit: u32): f64 {
  return list.copyLiveBlocks(handle, address, limit);
}
@inline
export function copyFreeBlocks(handle: usize, address: f64, limit: u32): f64 {
  return list.copyFreeBlocks(handle, address, limit);
}
@inline
export function freeMemory(handle: usize): f64 {
  return list.freeMemory(handle);
}
@inline
export function largest(handle: usize): f64 {
  return list.largest(handle);
}
@inline
export function freeBlockCount(handle: usize): f64 {
  return list.freeBlockCount(handle);
}
@inline
export function liveBlockCount(handle: usize): f64 {
  return list.liveBlockCount(handle);
}
@inline
export function version(handle: usize): f64 {
  return list.version(handle);
}
@inline
export function validate(handle: usize): f64 {
  return list.validate(handle);
}
@inline
export function corruptionAt(): f64 {
  return list.corruptionAt();
}
