// Life, ring and search of a tiling (record.ts).

import { ensureNodes, NodeClass, nodeBytes, pushNode, releaseNode, takeNode } from "../kernel/pool";
import { binsBytes, clearBins, createBins, releaseBins } from "./bins";
import {
  Block,
  FREE,
  LEFT_FREE,
  PLAIN_BLOCK,
  PLAIN_LINKS,
  POWER_BLOCK,
  POWER_LINKS,
} from "./block";
import { MAGIC, TILING_NODE, Tiling } from "./record";
import { clearTable, createTable, lookup, releaseTable, tableBytes } from "./table";

// Life --------------------------------------------------------------------------------------------------------

/**
 * A tiling with no block yet, of capacity 0, and with `binWords` words of bins; null if the node storage cannot grow.
 * `powers`: whether all blocks will be powers of two.
 */
export function createTiling(binWords: u32, powers: bool): Tiling | null {
  if (!ensureNodes(TILING_NODE, 1)) return null;
  const tiling = changetype<Tiling>(takeNode(TILING_NODE));
  memory.fill(changetype<usize>(tiling), 0, nodeBytes(TILING_NODE));
  tiling.powers = powers;
  tiling.links = powers ? POWER_LINKS : PLAIN_LINKS;
  tiling.blockNode = powers ? POWER_BLOCK : PLAIN_BLOCK;
  // Step by step, since two of these nodes may be of one class.
  if (createBins(tiling, binWords)) {
    if (createTable(tiling)) {
      if (ensureBlocks(tiling, 1)) {
        const end = changetype<Block>(takeNode(tiling.blockNode));
        end.start = 0;
        end.prevAndFlags = changetype<usize>(end);
        end.next = end;
        tiling.end = end;
        tiling.cursor = end;
        tiling.magic = MAGIC;
        return tiling;
      }
      releaseTable(tiling);
    }
    releaseBins(tiling);
  }
  releaseNode(TILING_NODE, changetype<usize>(tiling));
  return null;
}

/** Reserve nodes for so many blocks. */
@inline
export function ensureBlocks(tiling: Tiling, count: u32): bool {
  return ensureNodes(tiling.blockNode, count);
}

/** Release every block: none is left, and the capacity must be covered anew. O(n). */
export function clearTiling(tiling: Tiling): void {
  clearBins(tiling);
  clearTable(tiling);
  const end = tiling.end;
  let block = end.next;
  while (block != end) {
    const next = block.next;
    releaseNode(tiling.blockNode, changetype<usize>(block));
    block = next;
  }
  end.next = end;
  end.prevAndFlags = changetype<usize>(end);
  tiling.cursor = end;
  tiling.freeMemory = 0;
  tiling.requested = 0;
  tiling.freeBlocks = 0;
  tiling.version++;
}

export function destroyTiling(tiling: Tiling): void {
  clearTiling(tiling);
  releaseNode(tiling.blockNode, changetype<usize>(tiling.end));
  releaseTable(tiling);
  releaseBins(tiling);
  releaseNode(TILING_NODE, changetype<usize>(tiling));
}

/** Let the last block end at `capacity`. */
export function setCapacity(tiling: Tiling, capacity: f64): void {
  tiling.capacity = capacity;
  tiling.end.start = capacity;
}

/** Bytes of the record, its bins and table, and the blocks. O(1). */
export function tilingBytes(tiling: Tiling): f64 {
  const blocks = <f64>(tiling.freeBlocks + tiling.liveBlocks) + 1;
  return (
    <f64>nodeBytes(TILING_NODE) +
    binsBytes(tiling) +
    tableBytes(tiling) +
    blocks * <f64>nodeBytes(tiling.blockNode)
  );
}

// Ring --------------------------------------------------------------------------------------------------------

/** Put a new block, live and without a label, after `left`. Only after `ensureBlocks`. */
export function insertAfter(tiling: Tiling, left: Block, start: f64): Block {
  const block = changetype<Block>(takeNode(tiling.blockNode));
  const right = left.next;
  block.start = start;
  block.prevAndFlags = changetype<usize>(left) | (left.free ? LEFT_FREE : 0);
  block.next = right;
  right.prevAndFlags = changetype<usize>(block) | (right.prevAndFlags & FREE);
  left.next = block;
  return block;
}

/** Take a block out of the ring; the one before it then ends where it ended. */
export function removeFromRing(tiling: Tiling, block: Block): void {
  const left = block.prev;
  const right = block.next;
  left.next = right;
  right.prevAndFlags =
    changetype<usize>(left) | (right.prevAndFlags & FREE) | (left.free ? LEFT_FREE : 0);
  discard(tiling, tiling.blockNode, block, left);
}

/** Release the node of a block that is in no ring any more; the cursor moves on to the one before it. */
@inline
export function discard(tiling: Tiling, c: NodeClass, block: Block, left: Block): void {
  if (tiling.cursor == block) tiling.cursor = left;
  pushNode(c, changetype<usize>(block));
}

// Search ------------------------------------------------------------------------------------------------------

/**
 * The block that contains `address`, which is below the capacity. O(1) if a block in the address table starts there;
 * otherwise O(log capacity) where blocks are powers of two; otherwise a walk, O(n), from the end of the first block, the
 * start of the last one or of the cursor, whichever is nearest.
 */
export function seek(tiling: Tiling, address: f64): Block {
  const known = lookup(tiling, address);
  if (known) {
    tiling.cursor = known;
    return known;
  }
  return tiling.powers ? seekAmongPowers(tiling, address) : walk(tiling, address);
}

/** Try the start of every power of two that `address` can lie in. */
function seekAmongPowers(tiling: Tiling, address: f64): Block {
  for (let size: u64 = 2; size < (<u64>1) << 53; size <<= 1) {
    const block = lookup(tiling, <f64>(<u64>address & -size));
    if (block && block.end > address) return block;
  }
  return walk(tiling, address);
}

function walk(tiling: Tiling, address: f64): Block {
  const end = tiling.end;
  let block = end.next;
  let distance = max(0, address - block.end);
  const last = end.prev;
  if (abs(address - last.start) < distance) {
    block = last;
    distance = abs(address - last.start);
  }
  const cursor = tiling.cursor;
  if (cursor != end && abs(address - cursor.start) < distance) block = cursor;
  while (block.start > address) block = block.prev;
  while (block.end <= address) block = block.next;
  tiling.cursor = block;
  return block;
}
