// Allocators under test: made with given free blocks in trees of a given shape, live blocks everywhere else.

import { checkAllocator } from "../../../assembly/allocator";
import { damageAt } from "../../../assembly/damage";
import { appendToList } from "../../../assembly/engines/linked-list";
import { ByAddress, BySize, Labelled } from "../../../assembly/engines/tree/node";
import {
  BEST_FIT,
  Handle,
  LINKED_LIST,
  addressTree,
  blocksOf,
  capacityOf,
  createRecord,
  freeMemoryOf,
  isTracked,
  isWide,
  liveTree,
  policyOf,
  setBlocks,
  setFreeMemory,
  setLive,
  sizeTree,
} from "../../../assembly/record";
import { OK } from "../../../assembly/status";
import { ALLOCATOR_NODE, LIST_NODE, reserveNodes } from "../../../assembly/storage";
import { whole } from "./list";
import { Entries, build, faultOf } from "./tree";

const VAST: f64 = 4294967296;

/** How many of `count` things come before the `i`-th of `nodes` nodes, which are full but for the last two. */
function before(i: i32, nodes: i32, count: i32): i32 {
  if (i == nodes) return count;
  if (i < nodes - 1 || i == 0) return 16 * i;
  return 16 * (i - 1) + (count - 16 * (i - 1)) / 2;
}

/** A shape of `count` entries in nodes that are full, but for the last two of each level. */
export function fullShape(count: i32): string {
  const leaves = max(1, (count + 15) / 16);
  let parts: string[] = [];
  for (let i = 0; i < leaves; i++) parts.push((before(i + 1, leaves, count) - before(i, leaves, count)).toString());
  while (parts.length > 1) {
    const inners = (parts.length + 15) / 16;
    const above: string[] = [];
    for (let i = 0; i < inners; i++) {
      const from = before(i, inners, parts.length);
      above.push("[" + parts.slice(from, before(i + 1, inners, parts.length)).join(" ") + "]");
    }
    parts = above;
  }
  return parts[0];
}

/** The same blocks as (size, start). */
function bySize(blocks: Entries): Entries {
  const sorted = new Entries();
  for (let i = 0; i < blocks.length; i++) sorted.add(blocks.b[i], blocks.a[i]);
  sorted.sort();
  return sorted;
}

/** What lies between the free blocks: in each gap live blocks of at most `most`, or in a vast one a single block. */
function between(blocks: Entries, capacity: f64, most: f64): Entries {
  const live = new Entries();
  let from: f64 = 0;
  for (let i = 0; i <= blocks.length; i++) {
    const to = i < blocks.length ? blocks.a[i] : capacity;
    const size = to - from > VAST ? to - from : most;
    for (; from < to; from = min(to, from + size)) live.add(from, min(size, to - from), live.length + 1);
    if (i < blocks.length) from = blocks.a[i] + blocks.b[i];
  }
  return live;
}

function fillList(a: Handle, blocks: Entries): void {
  reserveNodes(LIST_NODE, blocks.length);
  for (let i = 0; i < blocks.length; i++) appendToList(a, blocks.a[i], blocks.b[i]);
}

function fill<T>(a: Handle, shape: string, blocks: Entries, low: bool, mostLive: f64): void {
  if (policyOf(a) == LINKED_LIST) fillList(a, blocks);
  else build<T, ByAddress>(addressTree(a), shape, blocks, low);
  if (policyOf(a) == BEST_FIT) build<T, BySize>(sizeTree(a), fullShape(blocks.length), bySize(blocks));
  if (!isTracked(a)) return;
  const live = between(blocks, capacityOf(a), mostLive);
  build<T, Labelled>(liveTree(a), fullShape(live.length), live);
  setLive(a, live.length);
}

/**
 * An allocator with these free blocks in a tree of this shape (or a list), the other trees as full as can be. For
 * `low` see `build`, for `mostLive` `between`.
 */
export function withBlocks(
  policy: u32,
  capacity: f64,
  tracked: bool,
  shape: string,
  blocks: Entries,
  low: bool = false,
  mostLive: f64 = Infinity,
): Handle {
  reserveNodes(ALLOCATOR_NODE, 1);
  const a = createRecord(policy, capacity, tracked);
  if (isWide(a)) fill<f64>(a, shape, blocks, low, mostLive);
  else fill<u32>(a, shape, blocks, low, mostLive);
  setBlocks(a, blocks.length);
  setFreeMemory(a, sumOf(blocks));
  return a;
}

function sumOf(blocks: Entries): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < blocks.length; i++) sum += blocks.b[i];
  return sum;
}

/** What is wrong with an allocator that is to have exactly these free blocks; "" if nothing. */
export function faultOfBlocks(a: Handle, blocks: Entries): string {
  const tree = addressTree(a);
  const fault = isWide(a) ? faultOf<f64, ByAddress>(tree, blocks) : faultOf<u32, ByAddress>(tree, blocks);
  if (fault.length) return fault;
  if (blocksOf(a) != blocks.length) return "number of blocks " + blocksOf(a).toString();
  if (freeMemoryOf(a) != sumOf(blocks)) return "free memory " + whole(freeMemoryOf(a));
  return damageOf(a);
}

export function damageOf(a: Handle): string {
  const status = checkAllocator(a);
  return status == OK ? "" : "damage " + whole(status) + " at " + whole(damageAt());
}
