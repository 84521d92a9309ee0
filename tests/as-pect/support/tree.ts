// Trees under test: built in a given shape, written down as a shape, and compared with the entries they are to hold.
//
// A shape is text: "9" a leaf of nine entries, "[9 8]" an inner node over two leaves, "[[7 7] [7 8]]" one over
// two such. All numbers are compared as f64, in plain loops, and with none of the code under test but the
// accessors of tree.ts and node.ts.

import { seekAddress, seekPair } from "../../../assembly/engines/tree/cursor";
import { LANES } from "../../../assembly/engines/tree/lanes";
import {
  MIN_FILL,
  countOf,
  getA,
  getB,
  getC,
  getChild,
  innerClass,
  insertChild,
  insertEntry,
  isByAddress,
  isLabelled,
  leafClass,
  linkLeafAfter,
  nextLeaf,
  prevLeaf,
  takeInner,
  takeLeaf,
  unreachable,
} from "../../../assembly/engines/tree/node";
import {
  Tree,
  heightOf,
  innersOf,
  largestOf,
  leavesOf,
  rootOf,
  setHeight,
  setInners,
  setLargest,
  setLeaves,
  setRoot,
} from "../../../assembly/engines/tree/tree";
import { reserveNodes } from "../../../assembly/storage";
import { whole } from "./list";

/** Entries in order, as three arrays. */
export class Entries {
  a: f64[] = [];
  b: f64[] = [];
  c: u32[] = [];

  get length(): i32 {
    return this.a.length;
  }

  add(a: f64, b: f64, c: u32 = 0): void {
    this.a.push(a);
    this.b.push(b);
    this.c.push(c);
  }

  insert(at: i32, a: f64, b: f64, c: u32 = 0): void {
    this.add(a, b, c);
    for (let i = this.length - 1; i > at; i--) this.swap(i, i - 1);
  }

  remove(at: i32): void {
    this.a.splice(at, 1);
    this.b.splice(at, 1);
    this.c.splice(at, 1);
  }

  /** Put them in order of (a, b). */
  sort(): void {
    for (let i = 1; i < this.length; i++) {
      for (let j = i; j > 0 && this.isBelow(j, j - 1); j--) this.swap(j, j - 1);
    }
  }

  private isBelow(i: i32, j: i32): bool {
    return this.a[i] < this.a[j] || (this.a[i] == this.a[j] && this.b[i] < this.b[j]);
  }

  private swap(i: i32, j: i32): void {
    const a = this.a[i];
    const b = this.b[i];
    const c = this.c[i];
    this.a[i] = this.a[j];
    this.b[i] = this.b[j];
    this.c[i] = this.c[j];
    this.a[j] = a;
    this.b[j] = b;
    this.c[j] = c;
  }
}

/** `count` times `part`, with a space between. */
export function times(count: u32, part: string): string {
  const parts: string[] = [];
  for (let i: u32 = 0; i < count; i++) parts.push(part);
  return parts.join(" ");
}

/** The cursor where the entry would be inserted, or behind it if it is there. */
export function seek<T, O>(tree: Tree, a: f64, b: f64): void {
  if (isByAddress<O>()) seekAddress<T>(tree, <T>a);
  else if (isLabelled<O>()) seekPair<T>(tree, <T>a, unreachable<T>());
  else seekPair<T>(tree, <T>a, <T>b);
}

// Building ----------------------------------------------------------------------------------------------------

let text: string = "";
let reading: i32 = 0;
let building: Entries = new Entries();
let built: i32 = 0;
let lastBuilt: usize = 0;
let isLow: bool = false;

/**
 * Make `tree` one of this shape that holds the entries. Separators are the first entries behind them, or, if
 * `low` and in an order by start, as low as they may become: one above the start in front of them.
 */
export function build<T, O>(tree: Tree, shape: string, entries: Entries, low: bool = false): void {
  text = shape;
  reading = 0;
  building = entries;
  built = 0;
  lastBuilt = 0;
  isLow = low;
  let height: u32 = 0;
  while (shape.charCodeAt(height) == 0x5b) height++;
  setHeight(tree, height);
  setLeaves(tree, 0);
  setInners(tree, 0);
  setRoot(tree, buildNode<T, O>(tree));
  setLargest<T>(tree, <T>(isByAddress<O>() ? greatestOf(entries, 0, entries.length) : 0));
  if (built != entries.length || reading != shape.length) throw new Error("shape and entries differ");
}

function buildNode<T, O>(tree: Tree): usize {
  return text.charCodeAt(reading) == 0x5b ? buildInner<T, O>(tree) : buildLeaf<T, O>(tree);
}

function buildLeaf<T, O>(tree: Tree): usize {
  let count: u32 = 0;
  for (; reading < text.length; reading++) {
    const digit = text.charCodeAt(reading) - 0x30;
    if (digit < 0 || digit > 9) break;
    count = count * 10 + digit;
  }
  reserveNodes(leafClass<T, O>(), 1);
  const leaf = takeLeaf<T, O>();
  setLeaves(tree, leavesOf(tree) + 1);
  linkLeafAfter(leaf, lastBuilt);
  lastBuilt = leaf;
  for (let i: u32 = 0; i < count; i++, built++) {
    insertEntry<T, O>(leaf, i, <T>building.a[built], <T>building.b[built], building.c[built]);
  }
  return leaf;
}

function buildInner<T, O>(tree: Tree): usize {
  reserveNodes(innerClass<T>(), 1);
  const inner = takeInner<T>();
  setInners(tree, innersOf(tree) + 1);
  reading++;
  let slot: u32 = 0;
  do {
    const first = built;
    const child = buildNode<T, O>(tree);
    let a: f64 = 0;
    let b: f64 = 0;
    if (slot) {
      const isLowered = isLow && (isByAddress<O>() || isLabelled<O>());
      a = isLowered ? building.a[first - 1] + 1 : building.a[first];
      b = building.b[first];
    }
    if (isByAddress<O>()) b = greatestOf(building, first, built);
    insertChild<T>(inner, slot++, <T>a, <T>b, child);
  } while (text.charCodeAt(reading++) != 0x5d);
  return inner;
}

function greatestOf(entries: Entries, from: i32, to: i32): f64 {
  let most: f64 = 0;
  for (let i = from; i < to; i++) most = max(most, entries.b[i]);
  return most;
}

// Reading -----------------------------------------------------------------------------------------------------

export function shapeOf<T>(tree: Tree): string {
  return shapeOfNode<T>(rootOf(tree), heightOf(tree));
}

function shapeOfNode<T>(node: usize, level: u32): string {
  if (level == 0) return countOf(node).toString();
  const parts: string[] = [];
  for (let i: u32 = 0; i < countOf(node); i++) parts.push(shapeOfNode<T>(getChild<T>(node, i), level - 1));
  return "[" + parts.join(" ") + "]";
}

const NO_BOUND: f64 = Infinity;

let expected: Entries = new Entries();
let met: i32 = 0;
let metLeaves: u32 = 0;
let metInners: u32 = 0;
let lastMet: usize = 0;

/** What is wrong with a tree that is to hold exactly these entries; "" if nothing. */
export function faultOf<T, O>(tree: Tree, entries: Entries): string {
  expected = entries;
  met = 0;
  metLeaves = 0;
  metInners = 0;
  lastMet = 0;
  const fault = faultOfNode<T, O>(rootOf(tree), heightOf(tree), true, 0, 0, NO_BOUND, NO_BOUND);
  if (fault.length) return fault;
  if (met != entries.length) return "entries: " + met.toString() + ", not " + entries.length.toString();
  if (nextLeaf(lastMet)) return "a leaf behind the last";
  if (metLeaves != leavesOf(tree)) return "leaves: " + leavesOf(tree).toString() + ", not " + metLeaves.toString();
  if (metInners != innersOf(tree)) return "inners: " + innersOf(tree).toString() + ", not " + metInners.toString();
  if (!isByAddress<O>()) return "";
  const largest = greatestOf(entries, 0, entries.length);
  return <f64>largestOf<T>(tree) == largest
    ? ""
    : "largest " + whole(<f64>largestOf<T>(tree)) + ", not " + whole(largest);
}

function faultOfNode<T, O>(
  node: usize,
  level: u32,
  isRoot: bool,
  lowA: f64,
  lowB: f64,
  highA: f64,
  highB: f64,
): string {
  const count = countOf(node);
  const least: u32 = isRoot ? (level ? 2 : 0) : MIN_FILL;
  if (count < least || count > LANES) return "a node of " + count.toString();
  for (let i = count; i < LANES; i++) {
    if (getA<T>(node, i) != unreachable<T>() || getB<T>(node, i) != 0) return "unused lane " + i.toString();
  }
  if (level == 0) return faultOfLeaf<T, O>(node, count, lowA, lowB, highA, highB);
  metInners++;
  if (getA<T>(node, 0) != 0) return "a first child with a separator";
  if (!isByAddress<O>() && getB<T>(node, 0) != 0) return "a first child with half a separator";
  for (let i: u32 = 0; i < count; i++) {
    const isLast = i + 1 == count;
    const fromA = i ? <f64>getA<T>(node, i) : lowA;
    const fromB = i ? <f64>getB<T>(node, i) : lowB;
    const toA = isLast ? highA : <f64>getA<T>(node, i + 1);
    const toB = isLast ? highB : <f64>getB<T>(node, i + 1);
    const first = met;
    const fault = faultOfNode<T, O>(getChild<T>(node, i), level - 1, false, fromA, fromB, toA, toB);
    if (fault.length) return fault;
    if (isByAddress<O>() && <f64>getB<T>(node, i) != greatestOf(expected, first, met)) {
      return "greatest size " + whole(<f64>getB<T>(node, i)) + " on level " + level.toString();
    }
  }
  return "";
}

function faultOfLeaf<T, O>(node: usize, count: u32, lowA: f64, lowB: f64, highA: f64, highB: f64): string {
  metLeaves++;
  if (prevLeaf(node) != lastMet) return "link to the leaf before";
  if (lastMet && nextLeaf(lastMet) != node) return "link to the leaf behind";
  lastMet = node;
  for (let i: u32 = 0; i < count; i++, met++) {
    const a = <f64>getA<T>(node, i);
    const b = <f64>getB<T>(node, i);
    if (met >= expected.length || a != expected.a[met] || b != expected.b[met]) {
      return "entry " + met.toString() + ": " + whole(a) + "," + whole(b);
    }
    if (isLabelled<O>() && getC<T>(node, i) != expected.c[met]) return "label of entry " + met.toString();
    if (isBelow<O>(a, b, lowA, lowB)) return "entry " + met.toString() + " below its separator";
    if (!isBelow<O>(a, b, highA, highB)) return "entry " + met.toString() + " not below the next separator";
  }
  return "";
}

function isBelow<O>(a: f64, b: f64, thanA: f64, thanB: f64): bool {
  return a < thanA || (!isByAddress<O>() && !isLabelled<O>() && a == thanA && b < thanB);
}
