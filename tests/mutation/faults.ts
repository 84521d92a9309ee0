// Seeded faults: ways to break the core, each of which the as-pect specs must notice. `text` stands exactly
// once in `file`, and is replaced. A fault is to be one that compiles, and that somebody could make.

import buddy from "./buddy.ts";
import heap from "./heap.ts";
import segregated from "./segregated.ts";

export interface Fault {
  readonly name: string;
  readonly text: string;
  readonly replacement: string;
}

export interface FaultGroup {
  /** The file that is broken … */
  readonly file: string;
  /** … and the specs that must notice. */
  readonly specs: readonly string[];
  readonly faults: readonly Fault[];
}

export const FAULTS: readonly FaultGroup[] = [
  ...heap,
  ...segregated,
  ...buddy,
  {
    file: "assembly/engines/linked-list.ts",
    specs: ["tests/as-pect/linked-list.spec.ts"],
    faults: [
      {
        name: "merge none: not linked behind its left neighbour",
        text: "insertBetween(a, left, right, address, size);",
        replacement: "insertBetween(a, 0, right, address, size);",
      },
      {
        name: "merge none: not linked before its right neighbour",
        text: "insertBetween(a, left, right, address, size);",
        replacement: "insertBetween(a, left, 0, address, size);",
      },
      {
        name: "merge none: node taken without reserving it",
        text: "    if (!reserveNodes(LIST_NODE, 1)) return NODE_STORAGE;\n    insertBetween(a, left",
        replacement: "    reserveNodes(LIST_NODE, 1);\n    insertBetween(a, left",
      },
      {
        name: "merge left: never done",
        text: "} else if (touchesLeft) {",
        replacement: "} else if (false) {",
      },
      {
        name: "merge left: the block does not grow",
        text: "setSize(left, sizeOf(left) + size);",
        replacement: "setSize(left, sizeOf(left));",
      },
      {
        name: "merge right: never done",
        text: "} else if (touchesRight) {",
        replacement: "} else if (false) {",
      },
      {
        name: "merge right: the block keeps its start",
        text: "setStart(right, address);",
        replacement: "setStart(right, startOf(right));",
      },
      {
        name: "merge right: the block does not grow",
        text: "setSize(right, sizeOf(right) + size);",
        replacement: "setSize(right, sizeOf(right));",
      },
      {
        name: "merge both: only with the left",
        text: "if (touchesLeft && touchesRight) {",
        replacement: "if (false) {",
      },
      {
        name: "merge both: the right block's size is lost",
        text: "setSize(left, sizeOf(left) + size + sizeOf(right));",
        replacement: "setSize(left, sizeOf(left) + size);",
      },
      {
        name: "merge both: the right block stays in the list",
        text: "    unlink(a, right);\n  } else if",
        replacement: "  } else if",
      },
      {
        name: "neighbours that do not touch are merged",
        text: "const touchesLeft = leftEnd == address;",
        replacement: "const touchesLeft = leftEnd >= 0 && leftEnd + 1 >= address;",
      },
      {
        name: "links: new node unknown to its successor",
        text: "if (right) setPrev(right, node);",
        replacement: "if (right) setPrev(right, left);",
      },
      {
        name: "links: new node unknown to its predecessor",
        text: "if (left) setNext(left, node);",
        replacement: "if (left) setNext(left, right);",
      },
      {
        name: "links: new last node is not the tail",
        text: "else setTail(a, node);",
        replacement: "else setTail(a, tailOf(a));",
      },
      {
        name: "links: new first node is not the head",
        text: "else setHead(a, node);",
        replacement: "else setHead(a, headOf(a));",
      },
      {
        name: "links: unlinked node stays its successor's predecessor",
        text: "if (right) setPrev(right, left);\n  else setTail(a, left);\n  giveNode",
        replacement: "if (!right) setTail(a, left);\n  giveNode",
      },
      {
        name: "links: unlinked node stays its predecessor's successor",
        text: "if (left) setNext(left, right);\n  else setHead(a, right);",
        replacement: "if (!left) setHead(a, right);",
      },
      {
        name: "links: unlinked node stays the tail",
        text: "else setTail(a, left);\n  giveNode",
        replacement: "giveNode",
      },
      {
        name: "links: unlinked node stays the head",
        text: "else setHead(a, right);",
        replacement: "",
      },
      {
        name: "sums: free memory forgotten by free",
        text: "setFreeMemory(a, freeMemoryOf(a) + size);",
        replacement: "",
      },
      {
        name: "sums: free memory forgotten by allocate",
        text: "setFreeMemory(a, freeMemoryOf(a) - size);",
        replacement: "",
      },
      {
        name: "sums: a new block is not counted",
        text: "setBlocks(a, blocksOf(a) + 1);",
        replacement: "",
      },
      {
        name: "sums: an unlinked block is still counted",
        text: "setBlocks(a, blocksOf(a) - 1);",
        replacement: "",
      },
      {
        name: "nodes: an unlinked node is not given back",
        text: "  giveNode(LIST_NODE, node);\n  setBlocks",
        replacement: "  setBlocks",
      },
      {
        name: "nodes: a cleared list keeps its nodes",
        text: "    giveNode(LIST_NODE, node);\n    node = next;",
        replacement: "    node = next;",
      },
      {
        name: "find: the first block is passed over",
        text: "let node = headOf(a);\n  while (node && !fits",
        replacement: "let node = nextOf(headOf(a));\n  while (node && !fits",
      },
      {
        name: "find: alignment is ignored",
        text: "sizeOf(node), size, alignment)",
        replacement: "sizeOf(node), size, 1)",
      },
      {
        name: "take: an exact fit leaves an empty block",
        text: "  } else if (back > 0) {",
        replacement: "  } else if (back >= 0) {",
      },
      {
        name: "take: what is left in front is lost",
        text: "  if (front > 0 && back > 0) {",
        replacement: "  if (false) {",
      },
      {
        name: "take: a range at the end moves the start",
        text: "  } else if (front > 0) {\n    setSize(node, front);",
        replacement:
          "  } else if (front > 0) {\n    setStart(node, startOf(node) + size);\n    setSize(node, front);",
      },
      {
        name: "take: a split keeps the start",
        text: "setStart(node, address + size);",
        replacement: "setStart(node, address);",
      },
      {
        name: "take: a split leaves the size as it was",
        text: "setSize(node, back);",
        replacement: "setSize(node, back + size);",
      },
      {
        name: "take: what is left behind hangs in the wrong place",
        text: "insertBetween(a, node, nextOf(node), address + size, back);",
        replacement: "insertBetween(a, prevOf(node), node, address + size, back);",
      },
      {
        name: "take: a middle without a node changes the list",
        text: "    if (!reserveNodes(LIST_NODE, 1)) return NODE_STORAGE;\n    insertBetween(a, node",
        replacement:
          "    setSize(node, front);\n    if (!reserveNodes(LIST_NODE, 1)) return NODE_STORAGE;\n    insertBetween(a, node",
      },
      {
        name: "free: overlap with the left block goes unnoticed",
        text: "if (leftEnd > address) return NOT_ALLOCATED;",
        replacement: "",
      },
      {
        name: "free: overlap with the right block goes unnoticed",
        text: "if (right && startOf(right) < end) return NOT_ALLOCATED;",
        replacement: "",
      },
      {
        name: "largest: stops one short",
        text: "for (let node = headOf(a); node; node = nextOf(node)) largest",
        replacement: "for (let node = headOf(a); nextOf(node); node = nextOf(node)) largest",
      },
      {
        name: "copy: a block that ends at the address is included",
        text: "<= address) node = nextOf(node);",
        replacement: "< address) node = nextOf(node);",
      },
      {
        name: "copy: one more than the limit",
        text: "node && count < limit",
        replacement: "node && count <= limit",
      },
    ],
  },
  {
    file: "assembly/engines/linked-list.ts",
    specs: ["tests/as-pect/list-damage.spec.ts"],
    faults: [
      {
        name: "validate: predecessors not checked",
        text: "if (prevOf(node) != previous) return damage(BAD_LINKS, start);",
        replacement: "",
      },
      {
        name: "validate: sizes not checked",
        text: "if (!(size >= 1)) return damage(BAD_SIZE, start);",
        replacement: "",
      },
      {
        name: "validate: sizes that are no number pass",
        text: "if (!(size >= 1))",
        replacement: "if (size < 1)",
      },
      {
        name: "validate: lower bound not checked",
        text: "start >= 0 && start + size <= capacityOf(a)",
        replacement: "start + size <= capacityOf(a)",
      },
      {
        name: "validate: upper bound not checked",
        text: "start >= 0 && start + size <= capacityOf(a)",
        replacement: "start >= 0",
      },
      {
        name: "validate: touching blocks pass",
        text: "if (start <= previousEnd)",
        replacement: "if (start < previousEnd)",
      },
      {
        name: "validate: too many nodes pass",
        text: "if (++count > blocksOf(a)) return damage(BAD_COUNT, start);",
        replacement: "count++;",
      },
      {
        name: "validate: too few nodes pass",
        text: "if (count != blocksOf(a)) return damage(BAD_COUNT, previousEnd);",
        replacement: "",
      },
      {
        name: "validate: tail not checked",
        text: "if (tailOf(a) != previous) return damage(BAD_LINKS, previousEnd);",
        replacement: "",
      },
      {
        name: "validate: sum not checked",
        text: "if (sum != freeMemoryOf(a)) return damage(BAD_SUM, sum);",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/engines/tree/free-tree.ts",
    specs: ["tests/as-pect/free-tree.spec.ts"],
    faults: [
      {
        name: "tree: separator in front of a leaf is not repaired",
        text: "      lowerSeparator<T>(tree, address);\n",
        replacement: "",
      },
      {
        name: "tree: separator behind a leaf is not repaired",
        text: "    raiseSeparator<T>(tree, address + size, start + have + 1);\n",
        replacement: "",
      },
      {
        name: "tree: merge left is forgotten across leaves",
        text: "const leftLeaf = at > 0 ? node : prevLeaf(node);",
        replacement: "const leftLeaf = at > 0 ? node : 0;",
      },
      {
        name: "tree: merge right is forgotten across leaves",
        text: "const rightLeaf = at < count ? node : nextLeaf(node);",
        replacement: "const rightLeaf = at < count ? node : 0;",
      },
      {
        name: "tree: greatest size is not raised by merging",
        text: "    raiseGreatest<T>(tree, 1, merged);\n    if (touchesRight)",
        replacement: "    if (touchesRight)",
      },
    ],
  },
  {
    file: "assembly/engines/tree/balance.ts",
    specs: ["tests/as-pect/free-tree.spec.ts"],
    faults: [
      {
        name: "tree: after a split the left half keeps the greatest size of both",
        text: "if (isByAddress<O>()) setB<T>(node, at - 1, greatest<T>(bLanes<T>(left)));",
        replacement: "",
      },
      {
        name: "tree: greatest size is carried no further up after a split",
        text: "      if (isByAddress<O>()) raiseGreatest<T>(tree, level + 1, b);\n",
        replacement: "",
      },
      {
        name: "tree: greatest size is not lowered by removal",
        text: "if (isByAddress<O>()) lowerGreatest<T>(tree, was);",
        replacement: "",
      },
      {
        name: "tree: a leaf that runs low is not refilled",
        text: "if (countOf(node) < MIN_FILL && heightOf(tree) > 0) refillLeaf<T, O>(tree);",
        replacement: "",
      },
      {
        name: "tree: a first child that ceases to be first has no separator",
        text: "  inheritSeparator<T, O>(right, parent, at);\n",
        replacement: "",
      },
      {
        name: "tree: merged nodes have the greatest size of the left one",
        text: "max<T>(getB<T>(parent, at - 1), getB<T>(parent, at))",
        replacement: "getB<T>(parent, at - 1)",
      },
      {
        name: "tree: a root with one child stays",
        text: "if (countOf(node) > 1) return;",
        replacement: "if (countOf(node) > 0) return;",
      },
    ],
  },
  {
    file: "assembly/storage.ts",
    specs: ["tests/as-pect/storage.spec.ts"],
    faults: [
      {
        name: "storage: pages of others are used",
        text: "if (start != claimedEnd + SLACK) frontier = start;",
        replacement: "if (claimedEnd == 0) frontier = start;",
      },
      {
        name: "storage: what is left of a claim is wasted",
        text: "if (start != claimedEnd + SLACK) frontier = start;",
        replacement: "frontier = start;",
      },
      {
        name: "storage: the limit is not kept",
        text: "if (usedBytes + <f64>need > limitBytes) return false;",
        replacement: "",
      },
      {
        name: "storage: the limit is kept for storage in use",
        text: "return have >= count ? true : carveNodes(c, count - have);",
        replacement: "return carveNodes(c, have >= count ? 0 : count - have);",
      },
      {
        name: "storage: unused nodes are not used again",
        text: "return have >= count ? true : carveNodes(c, count - have);",
        replacement: "return carveNodes(c, count);",
      },
      {
        name: "storage: one node too few is carved",
        text: "for (let i: u32 = 0; i < count; i++) {\n    giveNode(c, frontier);",
        replacement: "for (let i: u32 = 1; i < count; i++) {\n    giveNode(c, frontier);",
      },
      {
        name: "storage: nodes overlap",
        text: "frontier += bytes;",
        replacement: "frontier += bytes - 16;",
      },
      {
        name: "storage: nodes are not aligned",
        text: "frontier += bytes;",
        replacement: "frontier += bytes + 8;",
      },
      {
        name: "storage: use is not counted",
        text: "usedBytes += <f64>need;",
        replacement: "",
      },
      {
        name: "storage: nodes given back are forgotten",
        text: "  store<u32>(unusedHead + (c << 2), <u32>node);\n",
        replacement: "",
      },
      {
        name: "storage: taken nodes are still counted",
        text: "store<u32>(unusedCount + (c << 2), unusedNodes(c) - 1);",
        replacement: "",
      },
      {
        name: "storage: all classes share one list",
        text: "const node: usize = load<u32>(unusedHead + (c << 2));\n  store<u32>(unusedHead + (c << 2), load<u32>(node));",
        replacement:
          "const node: usize = load<u32>(unusedHead + 4);\n  store<u32>(unusedHead + 4, load<u32>(node));",
      },
    ],
  },
  {
    file: "assembly/storage.ts",
    specs: ["tests/as-pect/storage-full.spec.ts"],
    faults: [
      {
        name: "storage: gives up while a smaller growth would do",
        text: "    grownBy = least;\n    before = memory.grow(least);\n    if (before < 0) return false;\n",
        replacement: "    return false;\n",
      },
      {
        name: "storage: believes a growth that was refused",
        text: "    before = memory.grow(least);\n    if (before < 0) return false;\n",
        replacement: "    before = memory.grow(least);\n",
      },
      {
        name: "storage: nodes right up to the end of memory",
        text: "claimedEnd = start + <usize>grownBy * PAGE - SLACK;",
        replacement: "claimedEnd = start + <usize>grownBy * PAGE;",
      },
      {
        name: "storage: counts on more pages than it got",
        text: "    grownBy = least;\n",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/numbers.ts",
    specs: ["tests/as-pect/abi.spec.ts"],
    faults: [
      {
        name: "numbers: sizes above 2^53 - 1 pass",
        text: "value >= 1 && value <= MAX_SAFE && floor(value) == value",
        replacement: "value >= 1 && floor(value) == value",
      },
      {
        name: "numbers: sizes with a fraction pass",
        text: "value >= 1 && value <= MAX_SAFE && floor(value) == value",
        replacement: "value >= 1 && value <= MAX_SAFE",
      },
      {
        name: "numbers: size 0 passes",
        text: "value >= 1 && value <= MAX_SAFE && floor(value) == value",
        replacement: "value >= 0 && value <= MAX_SAFE && floor(value) == value",
      },
      {
        name: "numbers: addresses below 0 pass",
        text: "value >= 0 && value <= MAX_SAFE && floor(value) == value",
        replacement: "value <= MAX_SAFE && floor(value) == value",
      },
      {
        name: "numbers: addresses with a fraction pass",
        text: "value >= 0 && value <= MAX_SAFE && floor(value) == value",
        replacement: "value >= 0 && value <= MAX_SAFE",
      },
    ],
  },
  {
    file: "assembly/index.ts",
    specs: ["tests/as-pect/abi.spec.ts"],
    faults: [
      {
        name: "abi: a range may end past the capacity",
        text: "return size > capacityOf(a) - address ?",
        replacement: "return address >= capacityOf(a) ?",
      },
      {
        name: "abi: the whole part of a size is taken",
        text: "if (<f64>narrow == size && narrow != 0 &&",
        replacement: "if (narrow != 0 &&",
      },
      {
        name: "abi: an unknown policy passes",
        text: "policy >= POLICY_COUNT",
        replacement: "policy > POLICY_COUNT",
      },
      {
        name: "abi: a handle can be destroyed twice",
        text: "export function destroy(a: Handle): f64 {\n  if (!isLive(a)) return DISPOSED;",
        replacement: "export function destroy(a: Handle): f64 {",
      },
      {
        name: "abi: ranges of a destroyed allocator",
        text: "  if (!isLive(a)) return DISPOSED;\n  if (!isAddress(address) || !isSize",
        replacement: "  if (!isAddress(address) || !isSize",
      },
      {
        name: "abi: more pairs than the result buffer holds",
        text: "copyFreeRanges(a, address, resultBuffer, min(limit, RESULT_ENTRIES))",
        replacement: "copyFreeRanges(a, address, resultBuffer, limit)",
      },
    ],
  },
  {
    file: "assembly/ranges.ts",
    specs: ["tests/as-pect/abi.spec.ts"],
    faults: [
      {
        name: "ranges: a size is cut to 32 bits",
        text: "if (size > MAX_NARROW) return OUT_OF_MEMORY;",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/allocator.ts",
    specs: ["tests/as-pect/abi.spec.ts"],
    faults: [
      {
        name: "allocator: the record is kept when its first node cannot be had",
        text: "  dropAllocator(a);\n  return 0;",
        replacement: "  return 0;",
      },
    ],
  },
  {
    file: "assembly/record.ts",
    specs: ["tests/as-pect/abi.spec.ts"],
    faults: [
      {
        name: "record: not given back",
        text: "  giveNode(ALLOCATOR_NODE, a);\n",
        replacement: "",
      },
      {
        name: "record: every handle is live",
        text: "return load<u32>(a) == MAGIC;",
        replacement: "return a != 0;",
      },
      {
        name: "record: a capacity of 2^32 counts as 32 bits",
        text: "MAX_NARROW: f64 = 4294967294",
        replacement: "MAX_NARROW: f64 = 4294967296",
      },
    ],
  },
  {
    file: "assembly/engines/tree/lanes.ts",
    specs: ["tests/as-pect/tree-lanes.spec.ts"],
    faults: [
      {
        name: "lanes: the rank leaves out lanes that are equal",
        text: "return v128.le<T>(v128.load(address), key);",
        replacement: "return v128.lt<T>(v128.load(address), key);",
      },
      {
        name: "lanes: lanes that are equal do not reach the key",
        text: "return v128.ge<T>(v128.load(address), key);",
        replacement: "return v128.gt<T>(v128.load(address), key);",
      },
      {
        name: "lanes: of a pair that is equal, the rank leaves it out",
        text: "v128.le<T>(v128.load(address + companions), low)",
        replacement: "v128.lt<T>(v128.load(address + companions), low)",
      },
      {
        name: "lanes: of wide lanes, the greatest of half of them",
        text: "  if (sizeof<T>() == 8) {\n    m = greater",
        replacement: "  if (false) {\n    m = greater",
      },
      {
        name: "lanes: the greatest of every other pair",
        text: "  m = greater<T>(m, v128.shuffle<i64>(m, m, 1, 0));\n",
        replacement: "",
      },
      {
        name: "lanes: one lane is not moved up",
        text: "v128.load(base, 28)",
        replacement: "v128.load(base, 32)",
      },
      {
        name: "lanes: one wide lane is not moved down",
        text: "v128.load(base, 80), v128.load(base, 88), i64x2(10, 11)",
        replacement: "v128.load(base, 80), v128.load(base, 80), i64x2(10, 11)",
      },
      {
        name: "lanes: the last lane is not filled",
        text: "v128.replace_lane<T>(v3, 3, fill)",
        replacement: "v3",
      },
      {
        name: "lanes: the last wide lane is not filled",
        text: "v128.replace_lane<T>(v7, 1, fill)",
        replacement: "v7",
      },
      {
        name: "lanes: the last lane is not copied",
        text: "i < count * sizeof<T>(); i +=",
        replacement: "i + sizeof<T>() < count * sizeof<T>(); i +=",
      },
    ],
  },
  {
    file: "assembly/engines/tree/balance.ts",
    specs: ["tests/as-pect/tree-balance.spec.ts"],
    faults: [
      {
        name: "balance: the middle entry goes to the other half of a leaf",
        text: "if (at <= HALF) insertEntry",
        replacement: "if (at < HALF) insertEntry",
      },
      {
        name: "balance: the middle child goes to the other half of an inner node",
        text: "if (at <= HALF) insertChild",
        replacement: "if (at < HALF) insertChild",
      },
      {
        name: "balance: a new leaf is not linked",
        text: "  linkLeafAfter(right, left);\n",
        replacement: "",
      },
      {
        name: "balance: a new leaf is not counted",
        text: "  setLeaves(tree, leavesOf(tree) + 1);\n",
        replacement: "",
      },
      {
        name: "balance: the second half of an inner node keeps a separator in front",
        text: "    clearSeparator<T, O>(half);\n",
        replacement: "",
      },
      {
        name: "balance: a split inner node passes on the wrong separator",
        text: "const halfA = getA<T>(node, HALF);",
        replacement: "const halfA = getA<T>(node, HALF - 1);",
      },
      {
        name: "balance: a split inner node passes on half a separator",
        text: "const halfStart = getB<T>(node, HALF);",
        replacement: "const halfStart = <T>0;",
      },
      {
        name: "balance: only half of a first child's separator is cleared",
        text: "  setA<T>(inner, 0, <T>0);\n  if (!isByAddress<O>()) setB<T>(inner, 0, <T>0);",
        replacement: "  setA<T>(inner, 0, <T>0);",
      },
      {
        name: "balance: only half of a separator is inherited",
        text: "  if (!isByAddress<O>()) setB<T>(inner, 0, getB<T>(parent, at));\n",
        replacement: "",
      },
      {
        name: "balance: no separator is inherited",
        text: "  inheritSeparator<T, O>(right, parent, at);\n",
        replacement: "",
      },
      {
        name: "balance: greatest size is carried no further up after a split of the root",
        text: "  if (isByAddress<O>()) raiseGreatest<T>(tree, height + 2, b);\n",
        replacement: "",
      },
      {
        name: "balance: greatest size stops early after a split",
        text: "      if (isByAddress<O>()) raiseGreatest<T>(tree, level + 1, b);\n",
        replacement: "",
      },
      {
        name: "balance: the split half keeps the greatest size of both",
        text: "    if (isByAddress<O>()) setB<T>(node, at - 1, greatest<T>(bLanes<T>(left)));\n    const",
        replacement: "    const",
      },
      {
        name: "balance: the root's second child has the greatest size of the first",
        text: "summaryOf<T, O>(right, start), right);\n  setRoot",
        replacement: "summaryOf<T, O>(left, start), right);\n  setRoot",
      },
      {
        name: "balance: the root grows, but not its height",
        text: "  setHeight(tree, height + 1);\n",
        replacement: "",
      },
      {
        name: "balance: leaves evened out keep their separator",
        text: "  setA<T>(parent, at, getA<T>(right, 0));\n  summarisePair<T, O>(parent, at, left, right, getB",
        replacement: "  summarisePair<T, O>(parent, at, left, right, getB",
      },
      {
        name: "balance: inner nodes evened out keep their separator",
        text: "  setA<T>(parent, at, getA<T>(right, 0));\n  clearSeparator",
        replacement: "  clearSeparator",
      },
      {
        name: "balance: an inner node evened out has a separator in front",
        text: "  clearSeparator<T, O>(right);\n",
        replacement: "",
      },
      {
        name: "balance: evened out, the left one keeps its greatest size",
        text: "  if (isByAddress<O>()) setB<T>(parent, at - 1, greatest<T>(bLanes<T>(left)));\n  setB",
        replacement: "  setB",
      },
      {
        name: "balance: evened out, the right one keeps its greatest size",
        text: "  setB<T>(parent, at, summaryOf<T, O>(right, start));\n",
        replacement: "",
      },
      {
        name: "balance: labels are lost where leaves are evened out",
        text: "return isLabelled<O>() ? getC<T>(leaf, slot) : 0;",
        replacement: "return 0;",
      },
      {
        name: "balance: leaves that fit into one exactly are not merged",
        text: "  if (total <= LANES) {\n    moveEntriesToEnd",
        replacement: "  if (total < LANES) {\n    moveEntriesToEnd",
      },
      {
        name: "balance: a merged leaf stays linked",
        text: "    unlinkLeaf(right);\n",
        replacement: "",
      },
      {
        name: "balance: a merged leaf is lost",
        text: "    giveLeaf<T, O>(right);\n",
        replacement: "",
      },
      {
        name: "balance: a merged inner node is lost",
        text: "    giveInner<T>(right);\n",
        replacement: "",
      },
      {
        name: "balance: a root that went is lost",
        text: "    giveInner<T>(node);\n",
        replacement: "",
      },
      {
        name: "balance: an inner node that runs low is not refilled",
        text: "if (countOf(node) >= MIN_FILL) return;",
        replacement: "return;",
      },
      {
        name: "balance: merged nodes have the greatest size of the right one",
        text: "max<T>(getB<T>(parent, at - 1), getB<T>(parent, at))",
        replacement: "getB<T>(parent, at)",
      },
      {
        name: "balance: greatest size is not lowered by removal, seen alone",
        text: "  if (isByAddress<O>()) lowerGreatest<T>(tree, was);\n",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/engines/tree/greatest-size.ts",
    specs: ["tests/as-pect/tree-balance.spec.ts"],
    faults: [
      {
        name: "greatest size: raised on one level only",
        text: "    setB<T>(nodeAt(level), slotAt(level), size);\n",
        replacement: "    setB<T>(nodeAt(level), slotAt(level), size);\n    break;\n",
      },
      {
        name: "greatest size: the tree's largest is not raised",
        text: "  if (largestOf<T>(tree) < size) setLargest<T>(tree, size);\n",
        replacement: "",
      },
      {
        name: "greatest size: the tree's largest is not lowered",
        text: "  if (largestOf<T>(tree) == was) setLargest<T>(tree, greatest<T>(lanes));\n",
        replacement: "",
      },
      {
        name: "greatest size: lowered with the lanes of the leaf on every level",
        text: "    lanes = bLanes<T>(node);\n",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/engines/tree/cursor.ts",
    specs: ["tests/as-pect/tree-coalesce.spec.ts"],
    faults: [
      {
        name: "separators: lowered only where the leaf's parent has it",
        text: "    if (at == 0) continue;\n    if (getA",
        replacement: "    if (at == 0) return;\n    if (getA",
      },
      {
        name: "separators: raised only where the leaf's parent has it",
        text: "    if (behind == countOf(nodeAt(level))) continue;",
        replacement: "    if (behind == countOf(nodeAt(level))) return;",
      },
      {
        name: "separators: lowered though they are low",
        text: "if (getA<T>(nodeAt(level), at) > address) setA<T>(nodeAt(level), at, address);",
        replacement:
          "if (getA<T>(nodeAt(level), at) < address) setA<T>(nodeAt(level), at, address);",
      },
      {
        name: "separators: not raised when they are equal",
        text: "if (getA<T>(nodeAt(level), behind) <= address)",
        replacement: "if (getA<T>(nodeAt(level), behind) < address)",
      },
    ],
  },
  {
    file: "assembly/engines/tree/free-tree.ts",
    specs: ["tests/as-pect/tree-coalesce.spec.ts"],
    faults: [
      {
        name: "coalesce: separator in front is not lowered",
        text: "      lowerSeparator<T>(tree, address);\n",
        replacement: "",
      },
      {
        name: "coalesce: separator behind is not raised",
        text: "    raiseSeparator<T>(tree, address + size, start + have + 1);\n",
        replacement: "",
      },
      {
        name: "coalesce: separator behind is not raised for what is taken in front",
        text: "if (back != 0 && at + 1 == countOf(node)) {",
        replacement: "if (isInside && at + 1 == countOf(node)) {",
      },
      {
        name: "coalesce: separator behind is not raised for what is taken inside",
        text: "if (back != 0 && at + 1 == countOf(node)) {",
        replacement: "if (front == 0 && back != 0 && at + 1 == countOf(node)) {",
      },
      {
        name: "coalesce: separator behind is raised to the new start",
        text: "raiseSeparator<T>(tree, address + size, start + have + 1);",
        replacement: "raiseSeparator<T>(tree, address + size, address + size);",
      },
      {
        name: "coalesce: left neighbour is forgotten across leaves",
        text: "const leftLeaf = at > 0 ? node : prevLeaf(node);",
        replacement: "const leftLeaf = at > 0 ? node : 0;",
      },
      {
        name: "coalesce: right neighbour is forgotten across leaves",
        text: "const rightLeaf = at < count ? node : nextLeaf(node);",
        replacement: "const rightLeaf = at < count ? node : 0;",
      },
      {
        name: "coalesce: overlap with the left neighbour goes unnoticed",
        text: "  if (hasLeft && leftStart + leftSize > address) return NOT_ALLOCATED;\n",
        replacement: "",
      },
      {
        name: "coalesce: overlap with the right neighbour goes unnoticed",
        text: "  if (hasRight && rightStart < end) return NOT_ALLOCATED;\n",
        replacement: "",
      },
      {
        name: "coalesce: merged into the leaf before, greatest sizes are raised on the path of the other",
        text: "    if (leftLeaf == node) setSlot(at - 1);\n    else stepLeft<T>(tree);\n",
        replacement: "    if (leftLeaf == node) setSlot(at - 1);\n",
      },
      {
        name: "coalesce: touching both, an entry of the wrong leaf is removed",
        text: "      if (rightLeaf == leftLeaf) setSlot(rightSlot);\n      else stepRight<T>(tree);\n",
        replacement: "      setSlot(rightSlot);\n",
      },
      {
        name: "coalesce: merged into the leaf behind, the path is that of the other",
        text: "      stepRight<T>(tree);\n      lowerSeparator",
        replacement: "      lowerSeparator",
      },
      {
        name: "coalesce: greatest sizes stay when the front is taken",
        text: "    setB<T>(node, at, back);\n    lowerGreatest<T>(tree, have);\n",
        replacement: "    setB<T>(node, at, back);\n",
      },
      {
        name: "coalesce: greatest sizes stay when the end is taken",
        text: "    setB<T>(node, at, front);\n    lowerGreatest<T>(tree, have);\n",
        replacement: "    setB<T>(node, at, front);\n",
      },
      {
        name: "coalesce: the order by size keeps the block that was merged to the left",
        text: "    reorder<T>(a, leftStart, leftSize, leftStart, merged);\n",
        replacement: "",
      },
      {
        name: "coalesce: the order by size keeps the block that was merged to the right",
        text: "      reorder<T>(a, rightStart, rightSize, 0, 0);\n",
        replacement: "",
      },
      {
        name: "coalesce: the order by size misses what is behind",
        text: "      reorder<T>(a, 0, 0, address + size, back);\n",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/engines/tree/free-tree.ts",
    specs: ["tests/as-pect/tree-storage.spec.ts"],
    faults: [
      {
        name: "exhaustion: free inserts without a node",
        text: "    if (!reserveForInsert<T, ByAddress>(tree)) return NODE_STORAGE;\n    insertAtCursor",
        replacement: "    insertAtCursor",
      },
      {
        name: "exhaustion: take splits without a node",
        text: "    if (!reserveForInsert<T, ByAddress>(tree)) return NODE_STORAGE;\n  }",
        replacement: "  }",
      },
      {
        name: "exhaustion: free does not think of the other trees",
        text: "  if (!reserveForTrees<T>(a, 1, 1)) return NODE_STORAGE;\n",
        replacement: "",
      },
      {
        name: "exhaustion: leaves by size are not thought of",
        text: "    leaves += bySize;\n",
        replacement: "",
      },
      {
        name: "exhaustion: inner nodes by size are not thought of",
        text: "    inners += bySize * (heightOf(sizeTree(a)) + steps);\n",
        replacement: "",
      },
      {
        name: "exhaustion: live blocks are not thought of",
        text: "  if (isTracked(a)) inners += steps * (heightOf(liveTree(a)) + steps + 1);\n",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/engines/tree/balance.ts",
    specs: ["tests/as-pect/tree-storage.spec.ts"],
    faults: [
      {
        name: "exhaustion: a new root is not thought of",
        text: "const inners = level <= height ? level - 1 : level;",
        replacement: "const inners = level - 1;",
      },
      {
        name: "exhaustion: splits above the leaf are not thought of",
        text: "reserveNodes(innerClass<T>(), inners);",
        replacement: "reserveNodes(innerClass<T>(), min<u32>(inners, 1));",
      },
    ],
  },
  {
    file: "assembly/resize.ts",
    specs: ["tests/as-pect/tree-storage.spec.ts"],
    faults: [
      {
        name: "exhaustion: a range moves without the nodes for both halves",
        text: "  if (!reserveForMove(a)) return NODE_STORAGE;\n",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/tracked.ts",
    specs: ["tests/as-pect/tree-storage.spec.ts"],
    faults: [
      {
        name: "exhaustion: a block moves without the nodes for both halves",
        text: "  if (!reserveForMove(a)) return NODE_STORAGE;\n  freeRange",
        replacement: "  freeRange",
      },
      {
        name: "exhaustion: a block is resized without the nodes for both halves",
        text: "  if (!reserveForMove(a)) return NODE_STORAGE;\n  const moved",
        replacement: "  const moved",
      },
    ],
  },
  {
    file: "assembly/batch.ts",
    specs: ["tests/as-pect/tree-storage.spec.ts"],
    faults: [
      {
        name: "exhaustion: sizes are allocated without the nodes to undo it",
        text: "  if (!reserveForBatch(a, 0)) return NODE_STORAGE;\n",
        replacement: "",
      },
      {
        name: "exhaustion: ranges are freed without the nodes to undo it",
        text: "  if (!reserveForBatch(a, count)) return NODE_STORAGE;\n",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/capacity.ts",
    specs: ["tests/as-pect/tree-storage.spec.ts"],
    faults: [
      {
        name: "exhaustion: the capacity stays although growth was refused",
        text: "  if (status != OK) setCapacity(a, before);\n",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/clone.ts",
    specs: ["tests/as-pect/tree-storage.spec.ts"],
    faults: [
      {
        name: "exhaustion: the record of a clone is lost",
        text: "    destroyRecord(copy);\n    return 0;",
        replacement: "    return 0;",
      },
    ],
  },
  {
    file: "assembly/engines/tree/copy.ts",
    specs: ["tests/as-pect/tree-storage.spec.ts"],
    faults: [
      {
        name: "exhaustion: a copy's live leaves are not thought of",
        text: "inners += leavesOf(liveTree(a)) + innersOf",
        replacement: "inners += innersOf",
      },
      {
        name: "exhaustion: a copy's leaves are too few by one",
        text: "leaves = leavesOf(addressTree(a)) + 1;",
        replacement: "leaves = leavesOf(addressTree(a)) - 1;",
      },
    ],
  },
  {
    file: "assembly/snapshot.ts",
    specs: ["tests/as-pect/snapshot.spec.ts"],
    faults: [
      {
        name: "snapshot: inner nodes without children pass",
        text: "count > LANES || (level && !count)",
        replacement: "count > LANES",
      },
      {
        name: "snapshot: nodes of more than sixteen pass",
        text: "count > LANES || (level && !count)",
        replacement: "level && !count",
      },
      {
        name: "snapshot: separators of children that could not be read",
        text: "if (i && trouble == OK) {",
        replacement: "if (i) {",
      },
      {
        name: "snapshot: bytes behind the body pass",
        text: "(position != bodyEnd || checkAllocator(a) != OK)",
        replacement: "checkAllocator(a) != OK",
      },
      {
        name: "snapshot: unsound allocators pass",
        text: "(position != bodyEnd || checkAllocator(a) != OK)",
        replacement: "position != bodyEnd",
      },
      {
        name: "snapshot: labels of more than 32 bits pass",
        text: " || label > <f64>u32.MAX_VALUE",
        replacement: "",
      },
      {
        name: "snapshot: unknown policies pass",
        text: "policy >= POLICY_COUNT || flags > 3",
        replacement: "flags > 3",
      },
      {
        name: "snapshot: unknown flags pass",
        text: "policy >= POLICY_COUNT || flags > 3",
        replacement: "policy >= POLICY_COUNT",
      },
      { name: "snapshot: any rover passes", text: " || !isAddress(rover)", replacement: "" },
      { name: "snapshot: any capacity passes", text: " || !isSize(capacity)", replacement: "" },
      {
        name: "snapshot: any capacity passes as one of 32 bits",
        text: " || (capacity > MAX_NARROW && flags < 2)",
        replacement: "",
      },
      {
        name: "snapshot: a refused one keeps its nodes",
        text: "  const why = trouble;\n  dropAllocator(a);\n",
        replacement: "  const why = trouble;\n",
      },
    ],
  },
  {
    file: "assembly/engines/tree/validate.ts",
    specs: ["tests/as-pect/tree-damage.spec.ts"],
    faults: [
      {
        name: "validate: nodes below the least fill pass",
        text: "if (count < least || count > LANES)",
        replacement: "if (count > LANES)",
      },
      {
        name: "validate: nodes above all fill pass",
        text: "if (count < least || count > LANES)",
        replacement: "if (count < least)",
      },
      {
        name: "validate: a root with one child passes",
        text: "isRoot ? (level ? 2 : 0) : MIN_FILL",
        replacement: "isRoot ? 0 : MIN_FILL",
      },
      {
        name: "validate: unused lanes a are not checked",
        text: "getA<T>(node, i) != unreachable<T>() || getB<T>(node, i) != 0",
        replacement: "getB<T>(node, i) != 0",
      },
      {
        name: "validate: unused lanes b are not checked",
        text: "getA<T>(node, i) != unreachable<T>() || getB<T>(node, i) != 0",
        replacement: "getA<T>(node, i) != unreachable<T>()",
      },
      {
        name: "validate: separators in front of first children pass",
        text: "  if (getA<T>(node, 0) != 0) return damage(BAD_SEPARATOR, lastA);\n",
        replacement: "",
      },
      {
        name: "validate: halves of them pass",
        text: "  if (!isByAddress<O>() && getB<T>(node, 0) != 0) return damage(BAD_SEPARATOR, lastA);\n",
        replacement: "",
      },
      {
        name: "validate: separators that are too low pass",
        text: "if (i && !isBelow<O>(lastA, lastB, <f64>separatorA, <f64>separatorB)) {",
        replacement: "if (false) {",
      },
      {
        name: "validate: separators that are too high pass",
        text: "    if (isBelow<O>(entryOfA, entryOfB, <f64>boundA, <f64>boundB)) return damage(BAD_SEPARATOR, entryOfA);\n",
        replacement: "",
      },
      {
        name: "validate: greatest sizes are not checked",
        text: "if (isByAddress<O>() && getB<T>(node, i) != greatestBelow<T>(child, level - 1)) {",
        replacement: "if (false) {",
      },
      {
        name: "validate: the largest size is not checked",
        text: "    if (largest != largestOf<T>(tree)) return damage(BAD_GREATEST, <f64>largestOf<T>(tree));\n",
        replacement: "",
      },
      {
        name: "validate: links to the leaf before are not checked",
        text: "  if (prevLeaf(node) != lastLeaf) return damage(BAD_LINKS, lastA);\n",
        replacement: "",
      },
      {
        name: "validate: links to the leaf behind are not checked",
        text: "  if (lastLeaf && nextLeaf(lastLeaf) != node) return damage(BAD_LINKS, lastA);\n",
        replacement: "",
      },
      {
        name: "validate: a leaf behind the last passes",
        text: "  if (nextLeaf(lastLeaf)) return damage(BAD_LINKS, lastA);\n",
        replacement: "",
      },
      {
        name: "validate: leaves are not counted",
        text: "if (leaves != leavesOf(tree) || inners != innersOf(tree))",
        replacement: "if (inners != innersOf(tree))",
      },
      {
        name: "validate: inner nodes are not counted",
        text: "if (leaves != leavesOf(tree) || inners != innersOf(tree))",
        replacement: "if (leaves != leavesOf(tree))",
      },
      {
        name: "validate: live blocks are not counted",
        text: "isLabelled<O>() ? liveOf(a) : blocksOf(a)",
        replacement: "isLabelled<O>() ? entries : blocksOf(a)",
      },
      {
        name: "validate: free blocks are not counted",
        text: "isLabelled<O>() ? liveOf(a) : blocksOf(a)",
        replacement: "isLabelled<O>() ? liveOf(a) : entries",
      },
      {
        name: "validate: sums of trees are not checked",
        text: "  if (sum != expected) return damage(BAD_SUM, sum);\n",
        replacement: "",
      },
      {
        name: "validate: sizes in trees are not checked",
        text: "    if (!(size >= 1)) return damage(BAD_SIZE, start);\n",
        replacement: "",
      },
      {
        name: "validate: bounds in trees are not checked",
        text: "    if (!(start >= 0 && start + size <= capacityOf(a))) return damage(BAD_BOUNDS, start);\n",
        replacement: "",
      },
      {
        name: "validate: free blocks that touch pass",
        text: "start <= lastA + lastB",
        replacement: "start < lastA + lastB",
      },
      {
        name: "validate: live blocks that overlap pass",
        text: "      if (lastA >= 0 && start < lastA + lastB) return damage(BAD_ORDER, start);\n",
        replacement: "",
      },
      {
        name: "validate: live blocks that are free pass",
        text: "      if (freeStartAfter(a, start) < start + size) return damage(BAD_LIVE, start);\n",
        replacement: "",
      },
      {
        name: "validate: any order by size passes",
        text: "      if (lastA >= 0 && !isBelow<O>(lastA, lastB, entryOfA, entryOfB)) return damage(BAD_ORDER, start);\n",
        replacement: "",
      },
      {
        name: "validate: any blocks by size pass",
        text: "      if (!hasBlock<T>(a, <T>start, <T>size)) return damage(BAD_SECOND_ORDER, start);\n",
        replacement: "",
      },
    ],
  },
];
