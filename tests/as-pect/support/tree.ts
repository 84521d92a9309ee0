// Trees under test: built in a given shape, written down as a shape, and compared with the entries they are to hold.
//
// A shape is text: "9" a leaf of nine entries, "[9 8]" an inner node over two leaves, "[[8 8] [8 9]]" one over two such.

import { Cursor, cursor, seekKey, seekPair } from "../../../assembly/btree/cursor";
import { MAX_KEY } from "../../../assembly/btree/lanes";
import {
  classOf,
  countOf,
  getKey,
  getLink,
  getValue,
  insertEntry,
  newNode,
  WITH_LINKS,
  WITHOUT_LINKS,
} from "../../../assembly/btree/node";
import { BY_KEY, initTree, releaseTree, TREE_BYTES, Tree } from "../../../assembly/btree/tree";
import { validateTree } from "../../../assembly/btree/validate";
import { corruptionAt } from "../../../assembly/kernel/corruption";
import { ensureNodes } from "../../../assembly/kernel/pool";
import { OK } from "../../../assembly/kernel/status";

/** Entries in order. */
export class Entries {
  keys: Num[] = [];
  values: Num[] = [];
  labels: u32[] = [];

  get length(): i32 {
    return this.keys.length;
  }

  add(key: Num, value: Num, label: u32): void {
    this.keys.push(key);
    this.values.push(value);
    this.labels.push(label);
  }

  insert(at: i32, key: Num, value: Num, label: u32): void {
    this.add(0, 0, 0);
    for (let i = this.length - 1; i > at; i--) {
      this.keys[i] = this.keys[i - 1];
      this.values[i] = this.values[i - 1];
      this.labels[i] = this.labels[i - 1];
    }
    this.keys[at] = key;
    this.values[at] = value;
    this.labels[at] = label;
  }

  remove(at: i32): void {
    this.keys.splice(at, 1);
    this.values.splice(at, 1);
    this.labels.splice(at, 1);
  }

  greatest(from: i32, to: i32): Num {
    let most: Num = 0;
    for (let i = from; i < to; i++) most = max<Num>(most, this.values[i]);
    return most;
  }
}

/** Reserve as many nodes as any test takes at once. */
export function ensureAll(): void {
  ensureNodes(classOf(WITHOUT_LINKS), 64);
  ensureNodes(classOf(WITH_LINKS), 128);
}

/** An empty tree. */
export function newTree(order: u32, leafArrays: u32): Tree {
  ensureAll();
  const tree = changetype<Tree>(heap.alloc(TREE_BYTES));
  initTree(tree, order, leafArrays);
  return tree;
}

export function dropTree(tree: Tree): void {
  releaseTree(tree);
  heap.free(changetype<usize>(tree));
}

let shapeText: string = "";
let reading: i32 = 0;
let built: i32 = 0;
let building: Entries = new Entries();
let areLoose: bool = false;

/** Make an empty tree one of this shape. Bounds are the last entries below them or, if `loose`, as high as they may be. */
export function build(tree: Tree, shape: string, entries: Entries, loose: bool): void {
  shapeText = shape;
  reading = 0;
  built = 0;
  building = entries;
  areLoose = loose;
  releaseTree(tree);
  tree.height = 0;
  while (shape.charCodeAt(tree.height) == 0x5b) tree.height++;
  tree.leaves = 0;
  tree.inners = 0;
  tree.root = <u32>buildNode(tree);
  tree.largest = tree.order == BY_KEY ? entries.greatest(0, entries.length) : 0;
  if (built != entries.length || reading != shape.length)
    throw new Error("shape and entries differ");
}

function buildNode(tree: Tree): usize {
  if (shapeText.charCodeAt(reading) == 0x5b) return buildInner(tree);
  let count: u32 = 0;
  for (; reading < shapeText.length; reading++) {
    const digit = shapeText.charCodeAt(reading) - 0x30;
    if (digit < 0 || digit > 9) break;
    count = count * 10 + digit;
  }
  const leaf = newNode(tree.leafArrays);
  tree.leaves++;
  for (let i: u32 = 0; i < count; i++, built++) {
    const label = building.labels[built];
    insertEntry(leaf, tree.leafArrays, i, building.keys[built], building.values[built], label);
  }
  return leaf;
}

function buildInner(tree: Tree): usize {
  const inner = newNode(WITH_LINKS);
  tree.inners++;
  reading++;
  let slot: u32 = 0;
  let isLast = false;
  do {
    const from = built;
    const child = buildNode(tree);
    isLast = shapeText.charCodeAt(reading++) == 0x5d;
    let key = MAX_KEY;
    let value: Num = 0;
    if (!isLast) {
      // Loose: just below the next entry.
      const isByKey = tree.order == BY_KEY;
      const near = areLoose ? built : built - 1;
      key = building.keys[near] - <Num>(areLoose && isByKey);
      value = building.values[near] - <Num>(areLoose && !isByKey);
    }
    if (tree.order == BY_KEY) value = building.greatest(from, built);
    insertEntry(inner, WITH_LINKS, slot++, key, value, <u32>child);
  } while (!isLast);
  return inner;
}

export function shapeOf(tree: Tree): string {
  return shapeOfNode(tree.root, tree.height);
}

function shapeOfNode(node: usize, level: u32): string {
  const count = countOf(node, level);
  if (level == 0) return count.toString();
  const parts: string[] = [];
  for (let i: u32 = 0; i < count; i++) parts.push(shapeOfNode(getLink(node, i), level - 1));
  return "[" + parts.join(" ") + "]";
}

let met: i32 = 0;

/** What is wrong with a tree that is to hold exactly these entries; "" if nothing. */
export function faultOf(tree: Tree, entries: Entries): string {
  const status = validateTree(tree, entries.length);
  if (status != OK) return "validate: " + status.toString() + " at " + corruptionAt().toString();
  met = 0;
  return compareNode(tree, tree.root, tree.height, entries);
}

function compareNode(tree: Tree, node: usize, level: u32, entries: Entries): string {
  for (let i: u32 = 0; i < countOf(node, level); i++) {
    if (level) {
      const fault = compareNode(tree, getLink(node, i), level - 1, entries);
      if (fault.length) return fault;
      continue;
    }
    if (
      getKey(node, i) != entries.keys[met] ||
      getValue(node, i) != entries.values[met] ||
      (tree.leafArrays == WITH_LINKS && getLink(node, i) != entries.labels[met])
    )
      return "entry " + met.toString();
    met++;
  }
  return "";
}

/** The cursor before the first entry that is not below (key, value). */
export function seek(tree: Tree, key: Num, value: Num): Cursor {
  const at = cursor(0);
  if (tree.order == BY_KEY) seekKey(tree, at, key);
  else seekPair(tree, at, key, value);
  return at;
}
