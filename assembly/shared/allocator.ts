// A tracked allocator that several instances work on, one at a time: each call takes the lock, and is undone as a whole
// if it does not get to its end. One allocator has the memory to itself.
//
// The engine's label of a block says who holds it: an owner's id for most, else the address of a record, a node of the
// engine's pool. Addresses of nodes are even.
//
//   label   owner · 2 + 1                         tag 0, alignment 1
//           address of | owner | tag | alignment f64 |
//                      0       4     8              16

import { padding } from "../kernel/alignment";
import * as field from "../kernel/field";
import { isSize } from "../kernel/numbers";
import {
  ensureNodes,
  limitStorage,
  NodeClass,
  nodeClass,
  storageBytes as nodeStorageBytes,
  storageLimit as nodeStorageLimit,
  releaseNode,
  takeNode,
} from "../kernel/pool";
import { RESULT_ENTRIES, results } from "../kernel/scratch";
import { BAD_ARGUMENT, NODE_STORAGE, OK, OUT_OF_MEMORY } from "../kernel/status";
import * as engine from "./engine";
import {
  CAPACITY_AT,
  FLAGS_AT,
  HANDLE_AT,
  MAGIC,
  MAGIC_AT,
  NEXT_ID_AT,
  POLICY_AT,
  RECOVERY,
  VERSION,
  VERSION_AT,
} from "./layout";
import { close, enter, leave, owner, setOwner } from "./lock";
import { isHalfFull, setLogging } from "./undo";

@unmanaged
class Holding {
  owner: u32;
  tag: u32;
  alignment: f64;
}

/** Of ranges/allocator.ts. */
const BEST_FIT: u32 = 2;

const HOLDING_NODE: NodeClass = nodeClass(<u32>offsetof<Holding>());

/** The allocator's record. */
let handle: usize = 0;

// Life --------------------------------------------------------------------------------------------------------

/** Make the allocator of this memory, which is all zeros; before anybody else has it. OK, BAD_ARGUMENT or NODE_STORAGE. */
export function setUp(policy: u32, capacity: f64, maxMetadataBytes: f64, flags: u32): f64 {
  limitStorage(maxMetadataBytes);
  const made = engine.create(policy, capacity);
  if (made < 0) return made;
  store<u32>(HANDLE_AT, <u32>made);
  store<u32>(FLAGS_AT, flags);
  store<u32>(POLICY_AT, policy);
  store<f64>(CAPACITY_AT, capacity);
  store<u32>(VERSION_AT, VERSION);
  store<u32>(MAGIC_AT, MAGIC);
  return OK;
}

/** Work on the allocator of this memory, as a new attachment: its id, from 1 on. BAD_ARGUMENT if there is none. */
export function attach(): f64 {
  if (load<u32>(MAGIC_AT) != MAGIC || load<u32>(VERSION_AT) != VERSION) return BAD_ARGUMENT;
  handle = load<u32>(HANDLE_AT);
  setLogging((load<u32>(FLAGS_AT) & RECOVERY) != 0);
  setOwner(atomic.add<u32>(NEXT_ID_AT, 1) + 1);
  return <f64>owner();
}

/** Every later call of every attachment returns DISPOSED. */
export function dispose(): f64 {
  const status = enter();
  if (status == OK) close();
  return status;
}

/** Nested calls become one. OK, LOCKED or DISPOSED. */
export function lock(): f64 {
  return enter();
}
export function unlock(): void {
  leave();
}

// Blocks ------------------------------------------------------------------------------------------------------

// What `find` found.
let foundOwner: u32 = 0;
let foundTag: u32 = 0;
let foundAlignment: f64 = 0;

function ownerOf(label: u32): u32 {
  return label & 1 ? label >> 1 : changetype<Holding>(<usize>label).owner;
}
function alignmentOf(label: u32): f64 {
  return label & 1 ? 1 : changetype<Holding>(<usize>label).alignment;
}
function tagOf(label: u32): u32 {
  return label & 1 ? 0 : changetype<Holding>(<usize>label).tag;
}

/**
 * As `enter`, or NODE_STORAGE: for all calls that change something, but for freeing. Under best fit a block takes room in
 * the index of sizes once it is free: there must be some for all blocks, and for what a call reserves in advance, so that
 * no free is refused.
 */
function enterToTake(): f64 {
  const status = enter();
  if (status != OK || engine.indexBytes() == 0 || load<u32>(POLICY_AT) != BEST_FIT) return status;
  // As many nodes as two insertions into both trees may take, in blocks.
  const inAdvance = 40 * (engine.get(handle, field.HEIGHT) + 3);
  const blocks = engine.get(handle, field.LIVE_BLOCKS) + inAdvance;
  if (nodeStorageBytes() + engine.indexBytes() * blocks <= nodeStorageLimit()) return OK;
  leave();
  return NODE_STORAGE;
}

/** A label for a block of this attachment; 0 if there is no room for a record. */
@inline
function newLabel(alignment: f64, tag: u32): u32 {
  return alignment == 1 && tag == 0 ? (owner() << 1) | 1 : newHolding(alignment, tag);
}

function newHolding(alignment: f64, tag: u32): u32 {
  if (!ensureNodes(HOLDING_NODE, 1)) return 0;
  const node = takeNode(HOLDING_NODE);
  const holding = changetype<Holding>(node);
  holding.owner = owner();
  holding.tag = tag;
  holding.alignment = alignment;
  return <u32>node;
}

/** The label is used no more. */
@inline
function dropLabel(label: u32): void {
  if (label & 1 || label == 0) return;
  releaseNode(HOLDING_NODE, label);
}

/** As the engine's, and LOCKED. */
export function allocate(size: f64, alignment: f64, tag: u32): f64 {
  const status = enterToTake();
  if (status != OK) return status;
  let address: f64 = BAD_ARGUMENT;
  if (isSize(size) && isSize(alignment)) {
    const label = newLabel(alignment, tag);
    address = label ? engine.allocateBlock(handle, size, alignment, label) : NODE_STORAGE;
    if (address < 0) dropLabel(label);
  }
  leave();
  return address;
}

/** As the engine's, and LOCKED. */
export function reserve(address: f64, size: f64, alignment: f64, tag: u32): f64 {
  let status = enterToTake();
  if (status != OK) return status;
  const label = newLabel(alignment, tag);
  status = label ? engine.reserveBlock(handle, address, size, label) : NODE_STORAGE;
  if (status != OK) dropLabel(label);
  leave();
  return status;
}

function freeHeld(address: f64): f64 {
  const status = engine.freeBlock(handle, address);
  if (status == OK) dropLabel(engine.foundLabel());
  return status;
}

/** As the engine's, and LOCKED. */
export function free(address: f64): f64 {
  let status = enter();
  if (status != OK) return status;
  status = freeHeld(address);
  leave();
  return status;
}

/** As the engine's, and LOCKED. The block's own alignment is kept. */
export function resize(address: f64, newSize: f64): f64 {
  let status = enterToTake();
  if (status != OK) return status;
  status = engine.findBlock(handle, address);
  if (status == OK) {
    const label = engine.foundLabel();
    const alignment = alignmentOf(label);
    status = OUT_OF_MEMORY;
    if (padding<f64>(address, alignment) == 0)
      status = engine.extendBlock(handle, address, newSize);
    if (status == OK) status = address + 0;
    else if (status == OUT_OF_MEMORY) {
      // For allocating and for freeing: once the new block is taken, nothing may fail.
      status = engine.ensure(handle, 2);
      if (status == OK) status = engine.allocateBlock(handle, newSize, alignment, label);
      if (status >= 0) engine.freeBlock(handle, address);
    }
  }
  leave();
  return status;
}

/** As the engine's, and LOCKED. */
export function extend(address: f64, newSize: f64): f64 {
  let status = enterToTake();
  if (status != OK) return status;
  status = engine.extendBlock(handle, address, newSize);
  leave();
  return status;
}

/** Look the block at `address` up. As the engine's, and LOCKED. */
export function find(address: f64): f64 {
  let status = enter();
  if (status != OK) return status;
  status = engine.findBlock(handle, address);
  if (status == OK) {
    const label = engine.foundLabel();
    foundOwner = ownerOf(label);
    foundTag = tagOf(label);
    foundAlignment = alignmentOf(label);
  }
  leave();
  return status;
}
export function sizeFound(): f64 {
  return engine.foundSize();
}
export function ownerFound(): u32 {
  return foundOwner;
}
export function tagFound(): u32 {
  return foundTag;
}
export function alignmentFound(): f64 {
  return foundAlignment;
}

// Death -------------------------------------------------------------------------------------------------------

/**
 * Free the blocks of `dead` among the next live ones that end after `from`, at most 128, and as many as the log has room
 * for: all of them or none, should this worker die. `reclaimedTo` says where to go on. How many were freed, or a status.
 */
export function reclaim(dead: u32, from: f64): f64 {
  const status = enter();
  if (status != OK) return status;
  const count = <u32>engine.copyLiveBlocks(handle, from, RESULT_ENTRIES);
  let freed: f64 = 0;
  let entry = results();
  reached = -1;
  for (let i: u32 = 0; i < count && (i == 0 || !isHalfFull()); i++) {
    const start = load<f64>(entry);
    reached = start + load<f64>(entry, 8);
    if (ownerOf(<u32>load<f64>(entry, 16)) == dead) {
      const status = freeHeld(start);
      if (status != OK) {
        freed = status;
        break;
      }
      freed += 1;
    }
    entry += 24;
  }
  leave();
  return freed;
}

let reached: f64 = 0;

/** Where the last live block that `reclaim` looked at ends; −1 if there was none. */
export function reclaimedTo(): f64 {
  return reached;
}

// Queries: under the lock, for as long as the caller reads the results ------------------------------------------

/** (start, size, label) triples of live blocks, from the first that ends after `address`; how many. */
export function copyLiveBlocks(address: f64, limit: u32): f64 {
  return engine.copyLiveBlocks(handle, address, limit);
}
/** (start, size) pairs of free blocks, from the first that ends after `address`; how many. */
export function copyFreeBlocks(address: f64, limit: u32): f64 {
  return engine.copyFreeBlocks(handle, address, limit);
}
export function freeMemory(): f64 {
  return engine.get(handle, field.FREE_MEMORY);
}
export function largest(): f64 {
  return engine.get(handle, field.LARGEST);
}
export function freeBlockCount(): f64 {
  return engine.get(handle, field.FREE_BLOCKS);
}
export function liveBlockCount(): f64 {
  return engine.get(handle, field.LIVE_BLOCKS);
}
export function version(): f64 {
  return engine.get(handle, field.VERSION);
}
export function storageBytes(): f64 {
  return nodeStorageBytes();
}
export function storageLimit(): f64 {
  return nodeStorageLimit();
}
export function validate(): f64 {
  return engine.validate(handle);
}
export function corruptionAt(): f64 {
  return engine.corruptionAt();
}
