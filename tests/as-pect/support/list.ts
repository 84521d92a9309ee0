// The linked list seen from inside: its blocks walked over the links in both directions, and its bytes.
// A new list, and allocation from it, as the layers above the list do them.

import {
  clearList,
  findInList,
  initList,
  nextOf,
  prevOf,
  sizeOf,
  startOf,
  takeFromList,
  validateList,
} from "../../../assembly/engines/linked-list";
import {
  Handle,
  LINKED_LIST,
  blocksOf,
  createRecord,
  destroyRecord,
  freeMemoryOf,
  headOf,
  tailOf,
} from "../../../assembly/record";
import { OK, OUT_OF_MEMORY } from "../../../assembly/status";
import { ALLOCATOR_NODE, LIST_NODE, nodeBytes } from "../../../assembly/storage";

/** Nodes walked at most: a list bent into a ring by a fault ends here. */
const MOST_NODES: u32 = 10000;

/** A list over `capacity`, all of it free. */
export function newList(capacity: f64): Handle {
  const a = createRecord(LINKED_LIST, capacity, false);
  expect<usize>(a).not.toBe(0, "a record");
  expect<bool>(initList(a)).toBe(true, "its first block");
  return a;
}

export function dropList(a: Handle): void {
  clearList(a);
  destroyRecord(a);
}

/** Allocate by first fit. */
export function take(a: Handle, size: f64): f64 {
  const node = findInList(a, size, 1);
  return node ? takeFromList(a, node, startOf(node), size) : OUT_OF_MEMORY;
}

/** A whole number as text. */
export function whole(value: f64): string {
  return (<i64>value).toString();
}

function block(node: usize): string {
  return whole(startOf(node)) + "+" + whole(sizeOf(node));
}

/** "start+size start+size …" from head to tail. */
export function forward(a: Handle): string {
  const blocks: string[] = [];
  for (let node = headOf(a); node && <u32>blocks.length < MOST_NODES; node = nextOf(node)) {
    blocks.push(block(node));
  }
  return blocks.join(" ");
}

/** The same, found from tail to head. */
export function backward(a: Handle): string {
  const blocks: string[] = [];
  for (let node = tailOf(a); node && <u32>blocks.length < MOST_NODES; node = prevOf(node)) {
    blocks.push(block(node));
  }
  return blocks.reverse().join(" ");
}

/** The `index`-th node from the head; 0 past the tail. */
export function nodeAt(a: Handle, index: u32): usize {
  let node = headOf(a);
  for (; node && index; index--) node = nextOf(node);
  return node;
}

/** What differs from a list of exactly these free blocks ("start+size …"), over all links, with count and sum; "" if nothing. */
export function difference(a: Handle, blocks: string): string {
  const ahead = forward(a);
  if (ahead != blocks) return "from head to tail: " + ahead + ", not " + blocks;
  const back = backward(a);
  if (back != blocks) return "from tail to head: " + back + ", not " + blocks;
  let count: u32 = 0;
  let sum: f64 = 0;
  for (let node = headOf(a); node; node = nextOf(node)) {
    count++;
    sum += sizeOf(node);
  }
  if (blocksOf(a) != count) return "number of blocks: " + blocksOf(a).toString() + ", not " + count.toString();
  if (freeMemoryOf(a) != sum) return "free memory: " + whole(freeMemoryOf(a)) + ", not " + whole(sum);
  const status = validateList(a);
  return status == OK ? "" : "validate: " + whole(status);
}

/** Expect that nothing differs. */
export function expectBlocks(a: Handle, blocks: string): void {
  expect<string>(difference(a, blocks)).toBe("");
}

function bytes(from: usize, count: u32): string {
  let text = from.toString(16) + ":";
  for (let i: u32 = 0; i < count; i += 4) text += load<u32>(from + i).toString(16) + ",";
  return text;
}

/** Every byte of the record and of all its nodes, with their addresses. */
export function image(a: Handle): string {
  const parts = [bytes(a, nodeBytes(ALLOCATOR_NODE))];
  for (let node = headOf(a); node && <u32>parts.length < MOST_NODES; node = nextOf(node)) {
    parts.push(bytes(node, nodeBytes(LIST_NODE)));
  }
  return parts.join("\n");
}
