// The ABI of the linked-list core: everything this module exports, and the one place where arguments are checked.
// Handles go in; addresses and figures come out as f64, what is only a status as i32. Below zero they are the codes of
// kernel/status.ts and kernel/corruption.ts.
// No input traps: a handle is one that `create` returned, or 0, which names no allocator.

import { corruptionAt as whereCorrupt } from "../kernel/corruption";
import * as field from "../kernel/field";
import { isAddress, isSize } from "../kernel/numbers";
import {
  ensureNodes,
  limitStorage as limitNodeStorage,
  storageBytes as nodeStorageBytes,
} from "../kernel/pool";
import { RESULT_ENTRIES, results } from "../kernel/scratch";
import { BAD_ARGUMENT, DISPOSED, NODE_STORAGE, OK, OUT_OF_BOUNDS } from "../kernel/status";
import * as ranges from "../list/list";
import { List } from "../list/list";
import * as blocks from "../list/tracked";
import { validateList } from "../list/validate";

const LINKED_LIST: u32 = 4;

@inline
function listOf(handle: usize): List {
  return changetype<List>(handle);
}

/** OK, DISPOSED, or BAD_ARGUMENT if the allocator is not of the kind (0 untracked, 1 tracked) that the call is for. */
function checkKind(handle: usize, tracked: u32): i32 {
  if (!ranges.isList(handle)) return DISPOSED;
  return listOf(handle).tracked == tracked ? OK : BAD_ARGUMENT;
}

/** The same, and OUT_OF_BOUNDS or BAD_ARGUMENT unless [address, address + size) is a range of the allocator. */
function checkRange(handle: usize, tracked: u32, address: f64, size: f64): i32 {
  const status = checkKind(handle, tracked);
  if (status != OK) return status;
  if (!isAddress(address) || !isSize(size)) return BAD_ARGUMENT;
  return size > listOf(handle).capacity - address ? OUT_OF_BOUNDS : OK;
}

// Life --------------------------------------------------------------------------------------------------------

export function create(policy: u32, capacity: f64, tracked: u32): f64 {
  if (policy != LINKED_LIST || !isSize(capacity) || tracked > 1) return BAD_ARGUMENT;
  const list = ranges.createList(capacity, tracked != 0);
  return list ? <f64>changetype<usize>(list) : NODE_STORAGE;
}

export function destroy(handle: usize): i32 {
  if (!ranges.isList(handle)) return DISPOSED;
  ranges.destroyList(listOf(handle));
  return OK;
}

export function reset(handle: usize): i32 {
  if (!ranges.isList(handle)) return DISPOSED;
  return ranges.reset(listOf(handle));
}

// Ranges: untracked allocators --------------------------------------------------------------------------------

// An address of −0 becomes 0: `+ 0` makes it so.

export function allocate(handle: usize, size: f64): f64 {
  const status = checkKind(handle, 0);
  return status == OK ? allocateBlock(handle, size, 1, 0) : status;
}

export function free(handle: usize, address: f64, size: f64): i32 {
  const status = checkRange(handle, 0, address, size);
  return status == OK ? ranges.free(listOf(handle), address + 0, size) : status;
}

export function extend(handle: usize, address: f64, oldSize: f64, newSize: f64): i32 {
  const status = checkRange(handle, 0, address, oldSize);
  if (status != OK) return status;
  return isSize(newSize)
    ? ranges.extend(listOf(handle), address + 0, oldSize, newSize)
    : BAD_ARGUMENT;
}

// Blocks: tracked allocators ----------------------------------------------------------------------------------

export function freeBlock(handle: usize, address: f64): i32 {
  const status = checkRange(handle, 1, address, 1);
  return status == OK ? blocks.freeBlock(listOf(handle), address) : status;
}

export function extendBlock(handle: usize, address: f64, newSize: f64): i32 {
  const status = checkRange(handle, 1, address, 1);
  if (status != OK) return status;
  return isSize(newSize) ? blocks.extendBlock(listOf(handle), address, newSize) : BAD_ARGUMENT;
}

export function moveBlock(handle: usize, from: f64, to: f64): i32 {
  const status = checkRange(handle, 1, from, 1);
  if (status != OK) return status;
  return isAddress(to) ? blocks.moveBlock(listOf(handle), from + 0, to + 0) : BAD_ARGUMENT;
}

export function setLabel(handle: usize, address: f64, label: u32): i32 {
  const status = checkRange(handle, 1, address, 1);
  return status == OK ? blocks.setLabel(listOf(handle), address, label) : status;
}

export function findBlock(handle: usize, address: f64): i32 {
  const status = checkRange(handle, 1, address, 1);
  return status == OK ? blocks.findBlock(listOf(handle), address) : status;
}
export function foundSize(): f64 {
  return blocks.foundSize();
}
export function foundLabel(): f64 {
  return <f64>blocks.foundLabel();
}

/** (start, size, label) triples of live blocks, from the first that ends after `address`; how many. */
export function copyLiveBlocks(handle: usize, address: f64, limit: u32): i32 {
  const status = checkKind(handle, 1);
  if (status != OK) return status;
  return isAddress(address) ? copyBlocks(listOf(handle), 1, address, limit) : BAD_ARGUMENT;
}

// Both --------------------------------------------------------------------------------------------------------

/** As `allocate`, at a multiple of `alignment`; the block of a tracked allocator gets the label. */
export function allocateBlock(handle: usize, size: f64, alignment: f64, label: u32): f64 {
  if (!ranges.isList(handle)) return DISPOSED;
  if (!isSize(size) || !isSize(alignment)) return BAD_ARGUMENT;
  const list = listOf(handle);
  return list.tracked
    ? blocks.allocateBlock(list, size, alignment, label)
    : ranges.allocate(list, size, alignment);
}

/** Allocate exactly [address, address + size); the block of a tracked allocator gets the label. */
export function reserveBlock(handle: usize, address: f64, size: f64, label: u32): i32 {
  if (!ranges.isList(handle)) return DISPOSED;
  const list = listOf(handle);
  const status = checkRange(handle, list.tracked, address, size);
  if (status != OK) return status;
  return list.tracked
    ? blocks.reserveBlock(list, address + 0, size, label)
    : ranges.reserve(list, address + 0, size);
}

export function canAllocate(handle: usize, size: f64, alignment: f64): i32 {
  if (!ranges.isList(handle)) return DISPOSED;
  if (!isSize(size) || !isSize(alignment)) return BAD_ARGUMENT;
  return <i32>(ranges.firstFit(listOf(handle), size, alignment) != null);
}

export function grow(handle: usize, capacity: f64): i32 {
  if (!ranges.isList(handle)) return DISPOSED;
  const list = listOf(handle);
  return isSize(capacity) && capacity >= list.capacity ? ranges.grow(list, capacity) : BAD_ARGUMENT;
}

export function shrink(handle: usize, capacity: f64): i32 {
  if (!ranges.isList(handle)) return DISPOSED;
  const list = listOf(handle);
  return isSize(capacity) && capacity <= list.capacity
    ? ranges.shrink(list, capacity)
    : BAD_ARGUMENT;
}

/** Reserve nodes, so that the next `steps` calls that allocate, free or reserve cannot fail with NODE_STORAGE. */
export function ensure(handle: usize, steps: u32): i32 {
  if (!ranges.isList(handle)) return DISPOSED;
  const list = listOf(handle);
  return ensureNodes(ranges.BLOCK_NODE, steps << list.tracked) ? OK : NODE_STORAGE;
}

/** A figure, by its number in kernel/field.ts. O(1), the largest block O(n). */
export function get(handle: usize, what: u32): f64 {
  if (!ranges.isList(handle)) return DISPOSED;
  const list = listOf(handle);
  switch (what) {
    case field.CAPACITY:
      return list.capacity;
    case field.FREE_MEMORY:
      return list.freeMemory;
    case field.LARGEST:
      return ranges.largest(list);
    case field.FREE_BLOCKS:
      return <f64>list.freeBlocks;
    case field.LIVE_BLOCKS:
      return <f64>list.liveBlocks;
    case field.VERSION:
      return <f64>list.version;
    case field.HEIGHT:
      return 1;
    case field.METADATA_BYTES:
      return ranges.listBytes(list);
    case field.ROVER:
      return 0;
  }
  return BAD_ARGUMENT;
}

/** (start, size) pairs of free blocks, from the first that ends after `address`; how many. */
export function copyFreeBlocks(handle: usize, address: f64, limit: u32): i32 {
  if (!ranges.isList(handle)) return DISPOSED;
  return isAddress(address) ? copyBlocks(listOf(handle), 0, address, limit) : BAD_ARGUMENT;
}

/** An entry is (start, size), and for live blocks also the label. */
function entryBytes(live: u32): usize {
  return live ? 24 : 16;
}

function copyBlocks(list: List, live: u32, address: f64, limit: u32): i32 {
  const most = min(limit, RESULT_ENTRIES);
  let out = results();
  let count: u32 = 0;
  let block = ranges.seek(list, address);
  while (block && count < most) {
    if (block.live == live) {
      store<f64>(out, block.start);
      store<f64>(out, block.size, 8);
      if (live) store<f64>(out, <f64>block.label, 16);
      out += entryBytes(live);
      count++;
    }
    block = block.next;
  }
  return count;
}

/** Where the entries of `copyFreeBlocks` and `copyLiveBlocks` lie. */
export function resultAddress(): usize {
  return results();
}

/** First fit has no rover. */
export function setRover(handle: usize, _address: f64): i32 {
  return ranges.isList(handle) ? OK : DISPOSED;
}

export function validate(handle: usize): i32 {
  return ranges.isList(handle) ? validateList(listOf(handle)) : DISPOSED;
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
