// Seeded faults: ways to break the core, each of which the as-pect specs must notice. `text` stands exactly
// once in `file`, and is replaced. A fault is to be one that compiles, and that somebody could make.

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
        name: "abi: what is left of a size in 32 bits is taken",
        text: "if (<f64>narrow == size && narrow != 0 &&",
        replacement: "if (isSize(size) && narrow != 0 &&",
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
        text: "MAX_NARROW: f64 = 4294967295",
        replacement: "MAX_NARROW: f64 = 4294967296",
      },
    ],
  },
];
