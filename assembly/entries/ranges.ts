// The ABI of the tree cores: everything these modules export, and the one place where arguments are checked. Built twice
// from this file: with Num = u32 for capacities to 2^32 − 2 (narrow), with Num = f64 to 2^53 − 1 (wide).
// Handles go in; addresses and figures come out as f64, what is only a status as i32. Below zero they are the codes of
// kernel/status.ts and kernel/corruption.ts.
// No input traps: a handle is one that `create` returned, or 0, which names no allocator.

import { cursor, seekKey, seekNextValue } from "../btree/cursor";
import { MAX_KEY } from "../btree/lanes";
import { corruptionAt as whereCorrupt } from "../kernel/corruption";
import * as field from "../kernel/field";
import { isAddress, isSize } from "../kernel/numbers";
import { limitStorage as limitNodeStorage, storageBytes as nodeStorageBytes } from "../kernel/pool";
import { RESULT_ENTRIES, results } from "../kernel/scratch";
import {
  BAD_ARGUMENT,
  DISPOSED,
  NODE_STORAGE,
  OK,
  OUT_OF_BOUNDS,
  OUT_OF_MEMORY,
} from "../kernel/status";
import * as record from "../ranges/allocator";
import { Allocator, NEXT_FIT, TRACKED, UNTRACKED, WORST_FIT } from "../ranges/allocator";
import * as ends from "../ranges/capacity";
import { free as freeRange } from "../ranges/free";
import * as policies from "../ranges/policies";
import * as ranges from "../ranges/ranges";
import * as blocks from "../ranges/tracked";
import { validateAllocator } from "../ranges/validate";

@inline
function allocatorOf(handle: usize): Allocator {
  return changetype<Allocator>(handle);
}

function isAllocator(handle: usize): bool {
  const magic = allocatorOf(handle).magic;
  return magic == UNTRACKED || magic == TRACKED;
}

/** Why a call is refused that is for allocators of the other kind, tracked or untracked. */
function wrongKind(handle: usize): i32 {
  return isAllocator(handle) ? BAD_ARGUMENT : DISPOSED;
}

/** Whether it is a size that a Num can hold. */
@inline
function isNumSize(size: f64): bool {
  if (isFloat<Num>()) return isSize(size);
  return <f64>(<Num>size) == size && size != 0;
}

/** Whether it is a capacity that an allocator of this core can have. */
function isCapacity(capacity: f64): bool {
  return isSize(capacity) && <Num>capacity != MAX_KEY;
}

/** Why a size cannot be had that is none, or greater than any block. */
function badSize(size: f64): i32 {
  return isSize(size) ? OUT_OF_MEMORY : BAD_ARGUMENT;
}

/** An address as a Num: −0, which f64 has, becomes 0; an address that no Num can hold becomes MAX_KEY. */
@inline
function toAddress(address: f64): Num {
  return isFloat<Num>() ? <Num>(address + 0) : <Num>address;
}

/** A size or an alignment as a Num; one that no Num can hold becomes MAX_KEY, which is greater than every capacity. */
@inline
function toNum(size: f64): Num {
  return <Num>size;
}

/** Whether [address, address + size) is a range of an allocator of this kind, quickly told. */
@inline
function isNumRange(handle: usize, magic: u32, address: f64, size: f64): bool {
  const allocator = allocatorOf(handle);
  if (isFloat<Num>()) return checkRange(handle, magic, address, size) == OK;
  return (
    allocator.magic == magic &&
    <f64>(<Num>address) == address &&
    <f64>(<Num>size) == size &&
    size != 0 &&
    address + size <= <f64>allocator.capacity
  );
}

/** OK, or why [address, address + size) is no range of an allocator of this kind. */
function checkRange(handle: usize, magic: u32, address: f64, size: f64): i32 {
  if (allocatorOf(handle).magic != magic) return wrongKind(handle);
  if (!isAddress(address) || !isSize(size)) return BAD_ARGUMENT;
  return size > <f64>allocatorOf(handle).capacity - address ? OUT_OF_BOUNDS : OK;
}

/** OK, or why a range or block cannot have this size and alignment. */
function checkSize(size: f64, alignment: f64): i32 {
  return isSize(size) && isSize(alignment) ? OK : BAD_ARGUMENT;
}

// Life --------------------------------------------------------------------------------------------------------

export function create(policy: u32, capacity: f64, tracked: u32): f64 {
  if (policy > WORST_FIT || !isCapacity(capacity) || tracked > 1) return BAD_ARGUMENT;
  const allocator = record.createAllocator(policy, <Num>capacity, tracked != 0);
  return allocator ? <f64>changetype<usize>(allocator) : NODE_STORAGE;
}

export function destroy(handle: usize): i32 {
  if (!isAllocator(handle)) return DISPOSED;
  record.destroyAllocator(allocatorOf(handle));
  return OK;
}

export function reset(handle: usize): i32 {
  if (!isAllocator(handle)) return DISPOSED;
  record.reset(allocatorOf(handle));
  return OK;
}

/** Reserve the nodes that `steps` allocations and frees in a row may take. */
export function ensure(handle: usize, steps: u32): i32 {
  if (!isAllocator(handle)) return DISPOSED;
  return record.ensureSteps(allocatorOf(handle), steps) ? OK : NODE_STORAGE;
}

// Ranges: untracked allocators --------------------------------------------------------------------------------

// An address of −0 becomes 0: `+ 0` makes it so.

export function allocate(handle: usize, size: f64): f64 {
  if (allocatorOf(handle).magic != UNTRACKED) return wrongKind(handle);
  if (!isNumSize(size)) return badSize(size);
  return policies.allocateFront(allocatorOf(handle), <Num>size, 0);
}

export function free(handle: usize, address: f64, size: f64): i32 {
  if (!isNumRange(handle, UNTRACKED, address, size))
    return checkRange(handle, UNTRACKED, address, size);
  return freeRange(allocatorOf(handle), toAddress(address), <Num>size);
}

export function extend(handle: usize, address: f64, oldSize: f64, newSize: f64): i32 {
  const status = checkRange(handle, UNTRACKED, address, oldSize);
  if (status != OK) return status;
  if (!isSize(newSize)) return BAD_ARGUMENT;
  const size = toNum(newSize);
  return ranges.extend(allocatorOf(handle), toAddress(address), <Num>oldSize, size);
}

// Blocks: tracked allocators ----------------------------------------------------------------------------------

export function freeBlock(handle: usize, address: f64): i32 {
  if (!isNumRange(handle, TRACKED, address, 1)) return checkRange(handle, TRACKED, address, 1);
  return blocks.freeBlock(allocatorOf(handle), toAddress(address));
}

export function findBlock(handle: usize, address: f64): i32 {
  const status = checkRange(handle, TRACKED, address, 1);
  return status == OK ? blocks.findBlock(allocatorOf(handle), toAddress(address)) : status;
}
export function extendBlock(handle: usize, address: f64, newSize: f64): i32 {
  if (!isSize(newSize)) return BAD_ARGUMENT;
  const status = findBlock(handle, address);
  return status == OK ? blocks.extendFound(allocatorOf(handle), toNum(newSize)) : status;
}

export function moveBlock(handle: usize, from: f64, to: f64): i32 {
  if (!isAddress(to)) return BAD_ARGUMENT;
  const status = findBlock(handle, from);
  // Any address at or beyond the capacity is out of bounds for a block.
  return status == OK ? blocks.moveFound(allocatorOf(handle), toAddress(to)) : status;
}

export function setLabel(handle: usize, address: f64, label: u32): i32 {
  const status = findBlock(handle, address);
  if (status == OK) blocks.relabelFound(allocatorOf(handle), label);
  return status;
}

export function foundSize(): f64 {
  return blocks.foundSize();
}
export function foundLabel(): f64 {
  return <f64>blocks.foundLabel();
}

/** (start, size, label) triples of live blocks, from the first that ends after `address`; how many. */
export function copyLiveBlocks(handle: usize, address: f64, limit: u32): i32 {
  if (allocatorOf(handle).magic != TRACKED) return wrongKind(handle);
  return copyBlocks(allocatorOf(handle), true, address, limit);
}

// Both --------------------------------------------------------------------------------------------------------

/** As `allocate`, at a multiple of `alignment`; the block of a tracked allocator gets the label. */
export function allocateBlock(handle: usize, size: f64, alignment: f64, label: u32): f64 {
  if (!isAllocator(handle)) return DISPOSED;
  if (alignment == 1 && isNumSize(size))
    return policies.allocateFront(allocatorOf(handle), <Num>size, label);
  const status = checkSize(size, alignment);
  if (status != OK) return status;
  return policies.allocate(allocatorOf(handle), <Num>size, toNum(alignment), label);
}

/** Allocate exactly [address, address + size); the block of a tracked allocator gets the label. */
export function reserveBlock(handle: usize, address: f64, size: f64, label: u32): i32 {
  if (!isAllocator(handle)) return DISPOSED;
  const status = checkRange(handle, allocatorOf(handle).magic, address, size);
  if (status != OK) return status;
  return ranges.reserve(allocatorOf(handle), toAddress(address), <Num>size, label);
}

export function canAllocate(handle: usize, size: f64, alignment: f64): i32 {
  if (!isAllocator(handle)) return DISPOSED;
  const status = checkSize(size, alignment);
  if (status != OK) return status;
  return <i32>policies.canAllocate(allocatorOf(handle), <Num>size, toNum(alignment));
}

export function grow(handle: usize, capacity: f64): i32 {
  if (!isAllocator(handle)) return DISPOSED;
  const allocator = allocatorOf(handle);
  return isCapacity(capacity) && capacity >= <f64>allocator.capacity
    ? ends.grow(allocator, <Num>capacity)
    : BAD_ARGUMENT;
}

export function shrink(handle: usize, capacity: f64): i32 {
  if (!isAllocator(handle)) return DISPOSED;
  const allocator = allocatorOf(handle);
  return isSize(capacity) && capacity <= <f64>allocator.capacity
    ? ends.shrink(allocator, <Num>capacity)
    : BAD_ARGUMENT;
}

/** A figure, by its number in kernel/field.ts. O(1). */
export function get(handle: usize, what: u32): f64 {
  if (!isAllocator(handle)) return DISPOSED;
  const allocator = allocatorOf(handle);
  if (what <= field.LIVE_BLOCKS) return <f64>allocator.count(what - field.VERSION);
  if (what <= field.ROVER) return <f64>allocator.sum(what - field.CAPACITY);
  if (what == field.LARGEST) return <f64>allocator.blocks.largest;
  if (what == field.HEIGHT) return <f64>(allocator.blocks.height + 1);
  return what == field.METADATA_BYTES ? record.metadataBytes(allocator) : BAD_ARGUMENT;
}

/** (start, size) pairs of free blocks, from the first that ends after `address`; how many. */
export function copyFreeBlocks(handle: usize, address: f64, limit: u32): i32 {
  if (!isAllocator(handle)) return DISPOSED;
  return copyBlocks(allocatorOf(handle), false, address, limit);
}

/** An entry is (start, size), and for live blocks also the label. */
function entryBytes(isLive: bool): usize {
  return isLive ? 24 : 16;
}

function copyBlocks(allocator: Allocator, isLive: bool, address: f64, limit: u32): i32 {
  if (!isAddress(address)) return BAD_ARGUMENT;
  if (address >= <f64>allocator.capacity) return 0;
  const tree = allocator.blocks;
  const at = cursor(0);
  const most = min(limit, RESULT_ENTRIES);
  let out = results();
  let count: u32 = 0;
  seekKey(tree, at, <Num>address + 1);
  while (count < most) {
    if (!(isLive ? blocks.seekNextLive(tree, at) : seekNextValue(tree, at, 1))) break;
    const end = at.key;
    const size: Num = isLive ? end - blocks.startUnder(tree, at) : at.value;
    store<f64>(out, <f64>(end - size));
    store<f64>(out, <f64>size, 8);
    if (isLive) store<f64>(out, <f64>at.label, 16);
    out += entryBytes(isLive);
    at.slot++;
    count++;
  }
  return count;
}

/** Where the entries of `copyFreeBlocks` and `copyLiveBlocks` lie. */
export function resultAddress(): usize {
  return results();
}

/** Let next fit go on at `address`; nothing for other policies. */
export function setRover(handle: usize, address: f64): i32 {
  if (!isAllocator(handle)) return DISPOSED;
  if (!isAddress(address) || <Num>address == MAX_KEY) return BAD_ARGUMENT;
  const allocator = allocatorOf(handle);
  if (allocator.policy == NEXT_FIT) allocator.rover = toAddress(address);
  return OK;
}

export function validate(handle: usize): i32 {
  return isAllocator(handle) ? validateAllocator(allocatorOf(handle)) : DISPOSED;
}

export function corruptionAt(): f64 {
  return whereCorrupt();
}

// Memory ------------------------------------------------------------------------------------------------------

export function storageBytes(): f64 {
  return nodeStorageBytes();
}

export function limitStorage(bytes: f64): void {
  limitNodeStorage(bytes);
}
