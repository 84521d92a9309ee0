// Seeded faults of segregated fit, and of the tiling that it shares with buddy.

import type { FaultGroup } from "./fault.ts";

const ENGINE = ["tests/as-pect/segregated.spec.ts", "tests/as-pect/tiling-abi.spec.ts"];
const BOTH = ["tests/as-pect/buddy.spec.ts", ...ENGINE];
const TILING = ["tests/as-pect/tiling-table.spec.ts", ...ENGINE];

const groups: readonly FaultGroup[] = [
  {
    file: "assembly/segregated/segregated.ts",
    specs: ENGINE,
    faults: [
      {
        name: "segregated, allocate: nodes are not reserved",
        text: "unusedNodes(PLAIN_BLOCK) < TAKEN && !ensureNodes(PLAIN_BLOCK, TAKEN)",
        replacement: "false",
      },
      {
        name: "segregated, allocate: nodes are not reserved for a block that was searched for",
        text: "  if (!ensureBlocks(tiling, TAKEN)) return NODE_STORAGE;\n  const address",
        replacement: "  ensureBlocks(tiling, TAKEN);\n  const address",
      },
      {
        name: "segregated, reserve: a range that ends in a live block",
        text: "if (!block.free || block.end < address + size) return NOT_FREE;",
        replacement: "if (!block.free) return NOT_FREE;",
      },
      {
        name: "segregated, extend: into too short a block",
        text: "if (more > 0 && !(right.free && right.size >= more)) return OUT_OF_MEMORY;",
        replacement: "if (more > 0 && !right.free) return OUT_OF_MEMORY;",
      },
      {
        name: "segregated, extend: the sum is not kept",
        text: "      tiling.freeMemory -= more;\n",
        replacement: "",
      },
      {
        name: "segregated, extend: a block used up stays",
        text: "      if (end == right.end) {",
        replacement: "      if (false) {",
      },
      {
        name: "segregated, move: onto a live block",
        text: "    if (!other.free && other != block) return NOT_FREE;\n",
        replacement: "",
      },
      {
        name: "segregated, move: into what was merged to the left of it",
        text: "  const merged = left.free ? left : block;\n",
        replacement: "  const merged = block;\n",
      },
      {
        name: "segregated, move: beyond the capacity",
        text: "  if (size > tiling.capacity - to) return OUT_OF_BOUNDS;\n",
        replacement: "",
      },
      {
        name: "segregated, grow: too few bins",
        text: " || !ensureBins(tiling, wordsFor(capacity))",
        replacement: "",
      },
      {
        name: "segregated, shrink: into a live block",
        text: "if (!last.free || last.start > capacity) return NOT_FREE;",
        replacement: "if (!last.free) return NOT_FREE;",
      },
    ],
  },
  {
    file: "assembly/segregated/choice.ts",
    specs: ENGINE,
    faults: [
      {
        name: "segregated, choice: the request's own class is not searched",
        text: "let bin = binFrom(tiling, classOf(size));",
        replacement: "let bin = binFrom(tiling, classAbove(size));",
      },
      {
        name: "segregated, choice: the first block of the own class, whether it fits or not",
        text: "      if (fits<f64>(block.start, block.size, size, alignment)) return block;\n      block",
        replacement: "      return block;\n      block",
      },
      {
        name: "segregated, choice: only one bin is searched",
        text: "    bin = binFrom(tiling, bin + 1);",
        replacement: "    bin = NONE;",
      },
      {
        name: "segregated, choice: alignment is forgotten when the first block is large enough",
        text: "if (alignment == 1 || fits<f64>(block.start, block.size, size, alignment)) return block;",
        replacement: "return block;",
      },
      {
        name: "segregated, largest: the first of the last bin",
        text: "    size = max(size, block.size);\n    block = afterOf(block, PLAIN_LINKS);",
        replacement: "    return block.size;",
      },
    ],
  },
  {
    file: "assembly/segregated/free.ts",
    specs: ENGINE,
    faults: [
      {
        name: "segregated, take: the rest is lost",
        text: "    pushFree(tiling, rest, blockEnd - end);\n",
        replacement: "",
      },
      {
        name: "segregated, take: the padding is lost from its bin",
        text: "    live = insertAfter(tiling, block, address);\n    file(tiling, block);\n",
        replacement: "    live = insertAfter(tiling, block, address);\n",
      },
      {
        name: "segregated, take: the label is forgotten",
        text: "  live.prevAndFlags &= ~FREE;\n  live.label = label;\n",
        replacement: "  live.prevAndFlags &= ~FREE;\n",
      },
      {
        name: "segregated, take: the label of an aligned or reserved block is forgotten",
        text: "  live.label = label;\n  tiling.freeMemory",
        replacement: "  tiling.freeMemory",
      },
      {
        name: "segregated, take: an aligned or reserved block is not entered in the table",
        text: "  putIn(tiling, live);\n",
        replacement: "",
      },
      {
        name: "segregated, take: what is left after an aligned or reserved block is lost",
        text: "  if (address + size < live.end) addFree",
        replacement: "  if (false) addFree",
      },
      {
        name: "segregated, take: a free block that is used up still counts",
        text: "    block.markLive();\n    tiling.freeBlocks--;\n",
        replacement: "    block.markLive();\n",
      },
      {
        name: "segregated, take: not entered in the table",
        text: "  enter(tiling, live, start);\n",
        replacement: "",
      },
      {
        name: "segregated, release: no merging to the right",
        text: "  if (right.free) {\n    next",
        replacement: "  if (false) {\n    next",
      },
      {
        name: "segregated, release: no merging to the left",
        text: "  if (flags & LEFT_FREE) {",
        replacement: "  if (false) {",
      },
      {
        name: "segregated, release: the left neighbour is taken from the wrong bin",
        text: "removeFree(tiling, left, start - leftStart);",
        replacement: "removeFree(tiling, left, end - start);",
      },
      {
        name: "segregated, release: freed memory is not counted",
        text: "  tiling.freeMemory += size;\n",
        replacement: "",
      },
      {
        name: "segregated, release: the block after does not learn that a free one is before it",
        text: "  next.prevAndFlags = changetype<usize>(block) | LEFT_FREE;",
        replacement: "  next.prev = block;",
      },
      {
        name: "segregated, take: the block after does not learn that a live one is before it",
        text: "    right.prevAndFlags &= ~LEFT_FREE;\n",
        replacement: "",
      },
      {
        name: "segregated, free: what was freed is not kept",
        text: "  keep(block, size);\n",
        replacement: "",
      },
      {
        name: "segregated, move: its own memory is not counted as free meanwhile",
        text: "  tiling.freeMemory += block.size;\n  tiling.freeBlocks++;\n  block.markFree",
        replacement: "  tiling.freeBlocks++;\n  block.markFree",
      },
      {
        name: "segregated, move: not merged with the free block after it",
        text: "  if (right.free) {\n    unfile(tiling, right);\n    absorb",
        replacement: "  if (false) {\n    unfile(tiling, right);\n    absorb",
      },
      {
        name: "segregated, move: merged with the free block after it, which is still counted",
        text: "    absorb(tiling, right);\n  }\n  if (left",
        replacement: "    removeFromRing(tiling, right);\n  }\n  if (left",
      },
      {
        name: "segregated, move: merged with the free block before it, which keeps its bin",
        text: "    unfile(tiling, left);\n",
        replacement: "",
      },
      {
        name: "segregated, move: merged with the free block before it, which is in no bin",
        text: "  file(tiling, left.free ? left : block);\n",
        replacement: "  if (!left.free) file(tiling, block);\n",
      },
      {
        name: "segregated, move: still in the table where it was",
        text: "  takeOut(tiling, block.start);\n",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/segregated/classes.ts",
    specs: ENGINE,
    faults: [
      {
        name: "classes, above: rounded down",
        text: "(((<u64>1) << SHIFT) - 1)) >> SHIFT) - BIAS",
        replacement: "0) >> SHIFT) - BIAS",
      },
      {
        name: "classes, greatest: one too small",
        text: "(<u64>c + 1 + BIAS) << SHIFT) - 1;",
        replacement: "(<u64>c + 1 + BIAS) << SHIFT) - 2;",
      },
    ],
  },
  {
    file: "assembly/tiling/table.ts",
    specs: TILING,
    faults: [
      {
        name: "table, enter: the rest of the chain is lost",
        text: "  block.chain = changetype<Block | null>(load<usize>(chain));\n",
        replacement: "  block.chain = null;\n",
      },
      {
        name: "table, withdraw: the rest of the chain is lost",
        text: "store<usize>(link, changetype<usize>(block.chain));",
        replacement: "store<usize>(link, 0);",
      },
      {
        name: "table, enter: no more buckets than blocks",
        text: "  if (entries + (entries >>> 2) > tiling.buckets) addBucket(tiling);",
        replacement: "  if (entries > tiling.buckets) addBucket(tiling);",
      },
      {
        name: "table, withdraw: buckets are dropped when half of them would do",
        text: "if (--tiling.entries < tiling.buckets >>> 2) dropBuckets(tiling);",
        replacement: "if (--tiling.entries < tiling.buckets >>> 1) dropBuckets(tiling);",
      },
      {
        name: "table, grow: everything moves",
        text: "if ((hash(block.start) & mask) == added) {",
        replacement: "if (true) {",
      },
      {
        name: "table, grow: the mask stays",
        text: "if (tiling.buckets > mask) tiling.mask = (mask << 1) | 1;",
        replacement: "",
      },
      {
        name: "table, grow: the chain that moves has no end",
        text: "  store<usize>(move, 0);\n",
        replacement: "",
      },
      {
        name: "table, shrink: the dropped bucket's blocks are lost",
        text: "  store<usize>(link, load<usize>(bucketAt(tiling, dropped)));\n",
        replacement: "",
      },
      {
        name: "table, shrink: the mask stays",
        text: "  if (dropped <= tiling.mask >> 1) tiling.mask >>= 1;\n",
        replacement: "",
      },
      {
        name: "table, shrink: a segment is not released",
        text: "  if ((dropped & (SEGMENT - 1)) == 0) releaseSegment(tiling, dropped >>> SHIFT);\n",
        replacement: "",
      },
      {
        name: "table, grow: the directory is full",
        text: "  if (segment == before) {",
        replacement: "  if (false) {",
      },
      {
        name: "table, grow: the directory forgets the segments that there were",
        text: "    memory.copy(directory, tiling.directory, before << 2);\n",
        replacement: "",
      },
      {
        name: "table, hash: only the high half of an address counts",
        text: "return <u32>(((bits ^ (bits >> 32)) * FACTOR) >> 32);",
        replacement: "return <u32>(bits >> 32);",
      },
      {
        name: "table, bucket: of the larger mask though it is not there yet",
        text: "bucket - (((mask >> 1) + 1) & -beyond)",
        replacement: "bucket",
      },
      {
        name: "table, clear: segments are not released",
        text: "segment > 0; segment--) releaseSegment(tiling, segment);",
        replacement: "segment > 0; segment--) {}",
      },
    ],
  },
  {
    file: "assembly/tiling/bins.ts",
    specs: TILING,
    faults: [
      {
        name: "bins, push: the bin is not marked",
        text: "  store<u32>(at, load<u32>(at) | (1 << (bin & 31)));\n",
        replacement: "",
      },
      {
        name: "bins, push: among many free blocks an empty bin is not marked",
        text: " || !first",
        replacement: "",
      },
      {
        name: "bins, push: the word is not marked",
        text: "  tiling.occupied |= (<u64>1) << word;\n",
        replacement: "",
      },
      {
        name: "bins, push: the former first block is not linked back",
        text: "  setBefore(changetype<Block>(first), links, block);\n",
        replacement: "",
      },
      {
        name: "bins, remove: the block after is not linked back",
        text: "  if (after) setBefore(after, links, before);\n",
        replacement: "",
      },
      {
        name: "bins, remove: an empty bin stays marked",
        text: "  if (!after) emptied(tiling, bin);\n",
        replacement: "",
      },
      {
        name: "bins, first: those below in the same word count too",
        text: "& ((<u32>-1) << (bin & 31));",
        replacement: "& <u32>-1;",
      },
      {
        name: "bins, order: ends with its first bin",
        text: "    if (after) return after;\n",
        replacement: "    return after;\n",
      },
      {
        name: "bins, more: the blocks are lost",
        text: "  memory.copy(bins, tiling.bins, before << 7);\n",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/tiling/tiling.ts",
    specs: [...TILING, "tests/as-pect/buddy.spec.ts"],
    faults: [
      {
        name: "tiling, insert: the block after is not linked back",
        text: "  right.prevAndFlags = changetype<usize>(block) | (right.prevAndFlags & FREE);\n",
        replacement: "",
      },
      {
        name: "tiling, insert: a free block before is not noted",
        text: "changetype<usize>(left) | (left.free ? LEFT_FREE : 0);\n  block.next",
        replacement: "changetype<usize>(left);\n  block.next",
      },
      {
        name: "tiling, remove: a free block before is not noted",
        text: "(right.prevAndFlags & FREE) | (left.free ? LEFT_FREE : 0);\n  discard",
        replacement: "(right.prevAndFlags & FREE);\n  discard",
      },
      {
        name: "tiling, remove: the cursor stays on a block that is gone",
        text: "  if (tiling.cursor == block) tiling.cursor = left;\n",
        replacement: "",
      },
      {
        name: "tiling, remove: the node is not released",
        text: "  if (tiling.cursor == block) tiling.cursor = left;\n  pushNode(c, changetype<usize>(block));\n",
        replacement: "  if (tiling.cursor == block) tiling.cursor = left;\n",
      },
      {
        name: "tiling, seek: never walks down",
        text: "  while (block.start > address) block = block.prev;\n",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/tiling/found.ts",
    specs: BOTH,
    faults: [
      {
        name: "found, refusal: any number is an address",
        text: "  if (!isAddress(address)) return BAD_ARGUMENT;\n",
        replacement: "",
      },
      {
        name: "found, refusal: the capacity is not looked at",
        text: "  if (address >= tiling.capacity) return OUT_OF_BOUNDS;\n",
        replacement: "",
      },
      {
        name: "found, requested: the memory taken",
        text: "return tiling.powers ? block.requested : block.size;",
        replacement: "return block.size;",
      },
    ],
  },
  {
    file: "assembly/tiling/copy.ts",
    specs: ENGINE,
    faults: [
      {
        name: "copy, free: live blocks too",
        text: "    if (block.free) {\n      store<f64>(out, block.start);\n      store<f64>(out, block.size, 8);",
        replacement:
          "    if (true) {\n      store<f64>(out, block.start);\n      store<f64>(out, block.size, 8);",
      },
    ],
  },
];

export default groups;
