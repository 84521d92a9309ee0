// Inserting and removing: at every position of trees of every critical shape, with tight and with loose bounds, in both
// orders, with and without labels; and at random. The checker runs after every step.

import { insert, remove } from "../../assembly/btree/balance";
import {
  cursor,
  seekKey,
  seekNextValue,
  seekValue,
  settle,
  stepLeft,
  stepRight,
} from "../../assembly/btree/cursor";
import { LANES, MAX_KEY } from "../../assembly/btree/lanes";
import { WITH_LINKS, WITHOUT_LINKS } from "../../assembly/btree/node";
import { BY_KEY, BY_PAIR, Tree } from "../../assembly/btree/tree";
import { random, seedRandom } from "./support/random";
import {
  build,
  dropTree,
  Entries,
  ensureAll,
  faultOf,
  newTree,
  seek,
  shapeOf,
} from "./support/tree";

const SEED: u32 = 141421356;

const FULL = LANES;
const HALF = LANES / 2;

let wrong: string = "";
beforeEach(() => {
  wrong = "";
  seedRandom(SEED);
});

function times(count: u32, part: string): string {
  const parts: string[] = [];
  for (let i: u32 = 0; i < count; i++) parts.push(part);
  return parts.join(" ");
}

function leaf(count: u32): string {
  return count.toString();
}

function leavesIn(shape: string): i32 {
  let sum: i32 = 0;
  let count: i32 = 0;
  for (let i = 0; i < shape.length; i++) {
    const digit = shape.charCodeAt(i) - 0x30;
    if (digit >= 0 && digit <= 9) count = count * 10 + digit;
    else {
      sum += count;
      count = 0;
    }
  }
  return sum + count;
}

/** Keys in steps of 10; by pair, every key three times. Values of every size, and some 0 in labelled leaves. */
function entriesFor(count: i32, order: u32, leafArrays: u32): Entries {
  const entries = new Entries();
  for (let i = 0; i < count; i++) {
    const key: Num = order == BY_KEY ? <Num>(10 * i + 10) : <Num>(10 * (i / 3) + 10);
    let value: Num = order == BY_KEY ? <Num>(1 + ((i * 7) % 23)) : <Num>(3 * (i % 3) + 2);
    if (leafArrays == WITH_LINKS && i % 3 == 0) value = 0;
    entries.add(key, value, leafArrays == WITH_LINKS ? 1000 + i : 0);
  }
  return entries;
}

function check(tree: Tree, entries: Entries, what: string): void {
  if (wrong.length) return;
  const fault = faultOf(tree, entries);
  if (fault.length) wrong = what + ": " + fault + " in " + shapeOf(tree);
}

/** Where (key, value) belongs among the entries. */
function rank(entries: Entries, order: u32, key: Num, value: Num): i32 {
  let i = 0;
  while (
    i < entries.length &&
    (entries.keys[i] < key ||
      (order == BY_PAIR && entries.keys[i] == key && entries.values[i] < value))
  )
    i++;
  return i;
}

function insertBoth(tree: Tree, entries: Entries, key: Num, value: Num, label: u32): void {
  ensureAll();
  insert(tree, seek(tree, key, value), key, value, label);
  entries.insert(rank(entries, tree.order, key, value), key, value, label);
}

function removeBoth(tree: Tree, entries: Entries, at: i32): void {
  const cursor = seek(tree, entries.keys[at], entries.values[at]);
  if (!settle(tree, cursor) || cursor.key != entries.keys[at]) wrong = "not found";
  else remove(tree, cursor);
  entries.remove(at);
}

/** Insert and remove at each position of a tree of this shape. */
function everywhere(shape: string, order: u32, leafArrays: u32, loose: bool): void {
  const count = leavesIn(shape);
  // In large trees every third position: every slot of some leaf, as leaves have 8 or 16.
  const each = count > 60 ? 3 : 1;
  for (let at = 0; at <= count && !wrong.length; at += each) {
    const what = shape + " at " + at.toString() + (loose ? " loose" : "");
    const tree = newTree(order, leafArrays);
    let entries = entriesFor(count, order, leafArrays);
    build(tree, shape, entries, loose);
    if (at == 0) check(tree, entries, "built " + what);
    // Above all others too, and below; by key the largest value of all, too.
    const after: Num = at ? entries.keys[at - 1] : 0;
    const value: Num = order == BY_PAIR ? (at ? entries.values[at - 1] : 0) + 1 : at % 2 ? 50 : 3;
    insertBoth(tree, entries, order == BY_KEY ? after + 5 : max<Num>(after, 1), value, 77);
    check(tree, entries, "inserted " + what);
    dropTree(tree);
    if (at == count) break;

    const second = newTree(order, leafArrays);
    entries = entriesFor(count, order, leafArrays);
    build(second, shape, entries, loose);
    removeBoth(second, entries, at);
    check(second, entries, "removed " + what);
    dropTree(second);
  }
}

function everyKind(shape: string): void {
  for (let loose = 0; loose < 2; loose++) {
    everywhere(shape, BY_KEY, WITHOUT_LINKS, loose != 0);
    everywhere(shape, BY_KEY, WITH_LINKS, loose != 0);
    everywhere(shape, BY_PAIR, WITHOUT_LINKS, loose != 0);
  }
}

describe("insert and remove", () => {
  it("in a single leaf", () => {
    everyKind(leaf(1));
    everyKind(leaf(HALF));
    everyKind(leaf(FULL));
    expect<string>(wrong).toBe("");
  });

  it("in leaves that split, share to either side, or become one", () => {
    everyKind("[" + leaf(HALF) + " " + leaf(HALF) + "]");
    everyKind("[" + leaf(HALF) + " " + leaf(FULL) + "]");
    everyKind("[" + leaf(FULL) + " " + leaf(HALF) + "]");
    everyKind("[" + leaf(FULL) + " " + leaf(FULL) + "]");
    everyKind("[" + leaf(FULL) + " " + leaf(FULL - 1) + " " + leaf(HALF) + "]");
    everyKind("[" + leaf(HALF) + " " + leaf(FULL - 1) + " " + leaf(HALF + 1) + "]");
    expect<string>(wrong).toBe("");
  });

  it("in inner nodes that split, share to either side, or become one, up to the root", () => {
    const least = times(HALF, leaf(HALF));
    const most = times(FULL, leaf(FULL));
    const sparse = times(FULL, leaf(HALF));
    everyKind("[" + most + "]");
    everyKind("[[" + least + "] [" + least + "]]");
    everyKind("[[" + least + "] [" + sparse + "]]");
    everyKind("[[" + sparse + "] [" + least + "]]");
    everyKind("[[" + least + "] [" + least + "] [" + sparse + "]]");
    expect<string>(wrong).toBe("");
  });

  it("at random, growing and shrinking", () => {
    for (let kind: u32 = 0; kind < 3; kind++) {
      const order = kind == 2 ? BY_PAIR : BY_KEY;
      const leafArrays = kind == 1 ? WITH_LINKS : WITHOUT_LINKS;
      const tree = newTree(order, leafArrays);
      const entries = new Entries();
      for (let step: u32 = 0; step < 3000 && !wrong.length; step++) {
        const isGrowing = step % 1200 < 700;
        if (entries.length == 0 || random(10) < (isGrowing ? <u32>7 : <u32>3)) {
          const key: Num = 1 + random(order == BY_KEY ? 100000 : 40);
          const value: Num = order == BY_KEY ? random(30) : 1 + random(1000000);
          const i = rank(entries, order, key, value);
          if (
            i < entries.length &&
            entries.keys[i] == key &&
            (order == BY_KEY || entries.values[i] == value)
          )
            continue;
          insertBoth(tree, entries, key, value, leafArrays == WITH_LINKS ? step : 0);
        } else {
          removeBoth(tree, entries, random(entries.length));
        }
        if (step % 7 == 0) check(tree, entries, "step " + step.toString());
      }
      while (entries.length && !wrong.length) removeBoth(tree, entries, random(entries.length));
      check(tree, entries, "empty");
      if (tree.height != 0 || tree.leaves != 1 || tree.inners != 0) wrong = "not one empty leaf";
      dropTree(tree);
    }
    expect<string>(wrong).toBe("");
  });
});

describe("inserting in order", () => {
  it("fills nodes, whatever the number of entries", () => {
    for (let count = 0; count < 600; count += count < 40 ? 1 : 23) {
      const tree = newTree(BY_KEY, WITH_LINKS);
      const entries = entriesFor(count, BY_KEY, WITH_LINKS);
      for (let i = 0; i < count; i++) {
        ensureAll();
        const at = cursor(0);
        seekKey(tree, at, MAX_KEY);
        insert(tree, at, entries.keys[i], entries.values[i], entries.labels[i]);
      }
      check(tree, entries, count.toString());
      // All leaves but the last two have one entry less than they could.
      if (tree.leaves > <u32>count / (LANES - 1) + 2)
        wrong = count.toString() + " in " + shapeOf(tree);
      dropTree(tree);
    }
    expect<string>(wrong).toBe("");
  });
});

describe("seeking", () => {
  it("finds the first value that is great enough, from any entry on", () => {
    const shape = "[[" + times(HALF, leaf(HALF)) + "] [" + times(HALF, leaf(HALF + 1)) + "]]";
    const count = leavesIn(shape);
    const entries = entriesFor(count, BY_KEY, WITH_LINKS);
    const tree = newTree(BY_KEY, WITH_LINKS);
    build(tree, shape, entries, true);
    for (let value: Num = 1; value <= 24; value++) {
      for (let from = 0; from <= count; from++) {
        let expected = from;
        while (expected < count && entries.values[expected] < value) expected++;
        const at = from < count ? seek(tree, entries.keys[from], 0) : cursor(0);
        if (from == count) seekKey(tree, at, MAX_KEY);
        const isThere = seekNextValue(tree, at, value);
        if (isThere != expected < count) wrong = "from " + from.toString();
        else if (isThere && at.key != entries.keys[expected]) wrong = "from " + from.toString();
        if (from || !isThere) continue;
        seekValue(tree, at, value);
        if (at.key != entries.keys[expected]) wrong = "seekValue";
      }
    }
    dropTree(tree);
    expect<string>(wrong).toBe("");
  });

  it("steps through all entries in both directions", () => {
    const shape = "[[" + times(HALF, leaf(HALF)) + "] [" + times(HALF, leaf(FULL)) + "]]";
    const count = leavesIn(shape);
    const entries = entriesFor(count, BY_KEY, WITHOUT_LINKS);
    const tree = newTree(BY_KEY, WITHOUT_LINKS);
    build(tree, shape, entries, false);
    const at = seek(tree, 0, 0);
    let i = 0;
    do if (at.key != entries.keys[i++]) wrong = "right";
    while (stepRight(tree, at));
    if (i != count) wrong = "right ends early";
    do if (at.key != entries.keys[--i]) wrong = "left";
    while (stepLeft(tree, at));
    if (i != 0) wrong = "left ends early";
    dropTree(tree);
    expect<string>(wrong).toBe("");
  });
});
