// The linked list seen from inside: its blocks walked over the links in both directions, and its bytes.

import { nodeBytes } from "../../../assembly/kernel/pool";
import { OK } from "../../../assembly/kernel/status";
import {
  allocate,
  BLOCK_NODE,
  Block,
  createList,
  free,
  LIST_NODE,
  List,
} from "../../../assembly/list/list";
import { validateList } from "../../../assembly/list/validate";

/** Nodes walked at most: a list that a fault bends into a ring ends here. */
const MOST_NODES: i32 = 10000;

/** A list over `capacity`, all of it free. */
export function newList(capacity: f64, tracked: bool = false): List {
  const list = createList(capacity, tracked);
  expect<bool>(list != null).toBe(true, "a list");
  return list!;
}

/** Take everything, then free these (start, size) pairs, from the first to the last. */
export function freeOnly(list: List, pairs: f64[]): void {
  expect<f64>(allocate(list, list.capacity, 1)).toBe(0, "take all");
  for (let i = 0; i < pairs.length; i += 2) {
    expect<f64>(free(list, pairs[i], pairs[i + 1])).toBe(OK, "free");
  }
}

/** A whole number as text. */
export function whole(value: f64): string {
  return (<i64>value).toString();
}

/** "start+size" of a free block, "start=size" of a live one, "start=size:label" if it has a label. */
function text(block: Block): string {
  const range = whole(block.start) + (block.live ? "=" : "+") + whole(block.size);
  return block.label ? range + ":" + block.label.toString() : range;
}

/** The blocks from head to tail. */
export function forward(list: List): string {
  const blocks: string[] = [];
  let block = list.head;
  while (block && blocks.length < MOST_NODES) {
    blocks.push(text(block));
    block = block.next;
  }
  return blocks.join(" ");
}

/** The same, found from tail to head. */
export function backward(list: List): string {
  const blocks: string[] = [];
  let block = list.tail;
  while (block && blocks.length < MOST_NODES) {
    blocks.push(text(block));
    block = block.prev;
  }
  return blocks.reverse().join(" ");
}

/** Where a block lies; 0 for none. as-pect compares numbers, not classes of this kind. */
export function at(block: Block | null): usize {
  return changetype<usize>(block);
}

/** The `index`-th block from the head. */
export function blockAt(list: List, index: u32): Block {
  let block = list.head!;
  for (; index; index--) block = block.next!;
  return block;
}

/** How a list differs from these blocks, over all links, with counts and sum; "" if it does not. */
export function difference(list: List, blocks: string): string {
  const ahead = forward(list);
  if (ahead != blocks) return "from head to tail: " + ahead + ", not " + blocks;
  const back = backward(list);
  if (back != blocks) return "from tail to head: " + back + ", not " + blocks;
  let free: u32 = 0;
  let live: u32 = 0;
  let sum: f64 = 0;
  let block = list.head;
  while (block) {
    if (block.live) {
      live++;
    } else {
      free++;
      sum += block.size;
    }
    block = block.next;
  }
  if (list.freeBlocks != free)
    return "free blocks: " + list.freeBlocks.toString() + ", not " + free.toString();
  if (list.liveBlocks != live)
    return "live blocks: " + list.liveBlocks.toString() + ", not " + live.toString();
  if (list.freeMemory != sum)
    return "free memory: " + whole(list.freeMemory) + ", not " + whole(sum);
  const status = validateList(list);
  return status == OK ? "" : "validate: " + whole(status);
}

/** Expect that nothing differs. */
export function expectBlocks(list: List, blocks: string): void {
  expect<string>(difference(list, blocks)).toBe("");
}

function bytes(from: usize, count: u32): string {
  let text = from.toString(16) + ":";
  for (let i: u32 = 0; i < count; i += 4) text += load<u32>(from + i).toString(16) + ",";
  return text;
}

/** Every byte of the list and of all its blocks, with their addresses. */
export function image(list: List): string {
  const parts = [bytes(changetype<usize>(list), nodeBytes(LIST_NODE))];
  let block = list.head;
  while (block && parts.length < MOST_NODES) {
    parts.push(bytes(changetype<usize>(block), nodeBytes(BLOCK_NODE)));
    block = block.next;
  }
  return parts.join("\n");
}
