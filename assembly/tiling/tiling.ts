// Life, ring and search of a tiling (record.ts).

import { ensureNodes, NodeClass, nodeBytes, releaseNode, takeNode } from "../kernel/pool";
import { binsBytes, clearBins, createBins, releaseBins } from "./bins";
import { Block } from "./block";
import { MAGIC, TILING_NODE, Tiling } from "./record";
import { clearTable, createTable, lookup, releaseTable, tableBytes } from "./table";

// Life --------------------------------------------------------------------------------------------------------

/**
 * A tiling with no block yet, and `binWords` words of bins; null if the node storage cannot grow. `blockNode` is the
 * class of a block's node.
 */
export function createTiling(capacity: f64, binWords: u32, blockNode: NodeClass): Tiling | null {
  if (!ensureNodes(TILING_NODE, 1)) return null;
  const tiling = changetype<Tiling>(takeNode(TILING_NODE));
  memory.fill(changetype<usize>(tiling), 0, nodeBytes(TILING_NODE));
  // Step by step, since two of these nodes may be of one class.
  if (createBins(tiling, binWords)) {
    if (createTable(tiling)) {
      if (ensureNodes(blockNode, 1)) {
        const end = changetype<Block>(takeNode(blockNode));
        end.prevAndState = changetype<usize>(end);
        end.next = end;
        tiling.end = end;
        tiling.cursor = end;
        setCapacity(tiling, capacity);
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

/** Release every block: none is left, and the capacity must be covered anew. O(n). */
export function clearTiling(tiling: Tiling, blockNode: NodeClass): void {
  const end = tiling.end;
  let block = end.next;
  while (block != end) {
    const next = block.next;
    releaseNode(blockNode, changetype<usize>(block));
    block = next;
  }
  end.next = end;
  end.prev = end;
  tiling.cursor = end;
  tiling.freeMemory = 0;
  tiling.requested = 0;
  tiling.freeBlocks = 0;
  tiling.liveBlocks = 0;
  tiling.version++;
  clearBins(tiling);
  clearTable(tiling);
}

export function destroyTiling(tiling: Tiling, blockNode: NodeClass): void {
  clearTiling(tiling, blockNode);
  releaseNode(blockNode, changetype<usize>(tiling.end));
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
export function tilingBytes(tiling: Tiling, blockNode: NodeClass): f64 {
  const blocks = <f64>(tiling.freeBlocks + tiling.liveBlocks) + 1;
  return (
    <f64>nodeBytes(TILING_NODE) +
    binsBytes(tiling) +
    tableBytes(tiling) +
    blocks * <f64>nodeBytes(blockNode)
  );
}

// Ring --------------------------------------------------------------------------------------------------------

/** Put a new block, live and without a label, after `left`. Only after `ensureNodes`. */
@inline
export function insertAfter(left: Block, start: f64, blockNode: NodeClass): Block {
  const block = changetype<Block>(takeNode(blockNode));
  const right = left.next;
  block.start = start;
  block.prevAndState = changetype<usize>(left);
  block.next = right;
  right.prev = block;
  left.next = block;
  return block;
}

/** Take a block out of the ring; the one before it then ends where it ended. */
@inline
export function removeFromRing(tiling: Tiling, block: Block, blockNode: NodeClass): void {
  const left = block.prev;
  const right = block.next;
  left.next = right;
  right.prev = left;
  if (tiling.cursor == block) tiling.cursor = left;
  releaseNode(blockNode, changetype<usize>(block));
}

// Search ------------------------------------------------------------------------------------------------------

/**
 * The block that contains `address`, which is below the capacity. O(1) if a block in the address table starts there;
 * otherwise O(log capacity) where blocks are powers of two; otherwise a walk, O(n), from the first block, the last one
 * or the cursor, whichever starts nearest.
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
  let distance = address;
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
