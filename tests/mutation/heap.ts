// Seeded faults of the heap (assembly/heap), for tests/as-pect/heap.spec.ts.

import type { FaultGroup } from "./fault.ts";

const specs = ["tests/as-pect/heap.spec.ts"];

const groups: readonly FaultGroup[] = [
  {
    file: "assembly/heap/blocks.ts",
    specs,
    faults: [
      {
        name: "heap, take: the rest is not linked",
        text: "if (rest) link(p + size, rest);",
        replacement: "if (rest) {}",
      },
      {
        name: "heap, take: the block stays free by its bits",
        text: "  change(p, USED | EDGE);\n  change(p + size, EDGE);\n",
        replacement: "",
      },
      {
        name: "heap, take: the block stays in its bin",
        text: "  unlink(p);\n  change",
        replacement: "  change",
      },
      {
        name: "heap, edges: the end has none",
        text: "  flip(bits, end, EDGE);\n",
        replacement: "",
      },
      {
        name: "heap, edges: a used block begins at the end",
        text: "  flip(bits, end, EDGE);\n",
        replacement: "  flip(bits, end, USED | EDGE);\n",
      },
      {
        name: "heap, edges: a free block is in use still",
        text: "  flip(bits, p, USED | EDGE);\n",
        replacement: "  flip(bits, p, EDGE);\n",
      },
      {
        name: "heap, release: never merged with the block before it",
        text: "const before = sizeBefore(p);",
        replacement: "const before: u32 = 0;",
      },
      {
        name: "heap, release: never merged with the block after it",
        text: "if (stateAfter == FREE) {",
        replacement: "if (false) {",
      },
      {
        name: "heap, release: the block at the top does not lower it",
        text: "if (end == current().top) {",
        replacement: "if (false) {",
      },
      {
        name: "heap, release: a free block below the top stays in its bin",
        text: "    if (before) unlink(start);\n    change(start, USED | EDGE);",
        replacement: "    change(start, USED | EDGE);",
      },
      {
        name: "heap, release: the old top keeps its mark",
        text: "    change(end, USED | EDGE);\n",
        replacement: "",
      },
      {
        name: "heap, release: the block before it stays in its bin",
        text: "if (before) extend(start, size);\n  else link",
        replacement: "link",
      },
      {
        name: "heap, take: the block that grew last is not looked at",
        text: "  close();\n  const p = findFree",
        replacement: "  const p = findFree",
      },
      {
        name: "heap, release: the block after it stays in its bin",
        text: "    unlink(end);\n",
        replacement: "",
      },
      {
        name: "heap, aligned: what is before is lost",
        text: "    release(block, start - block);\n",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/heap/bins.ts",
    specs,
    faults: [
      {
        name: "heap, bins: a bin is too wide",
        text: ">> 18) - BIN_0;",
        replacement: ">> 19) - (BIN_0 >> 1);",
      },
      {
        name: "heap, bins: no size at the end of a free block",
        text: "  setSizeAtEnd(p, size);\n",
        replacement: "",
      },
      {
        name: "heap, bins: the next block does not know its new previous one",
        text: "if (head) freeBlock(head).previous = p;",
        replacement: "",
      },
      {
        name: "heap, bins: the bit of a bin is not set",
        text: "load<u32>(inUse, BINS_IN_USE) | (1 << bin)",
        replacement: "load<u32>(inUse, BINS_IN_USE)",
      },
      {
        name: "heap, bins: the bit of an empty bin stays",
        text: "& ~(1 << bin), BINS_IN_USE);",
        replacement: ", BINS_IN_USE);",
      },
      {
        name: "heap, bins: the bit is cleared of a bin that is not empty",
        text: "} else if (previous < current().first) {",
        replacement: "} else if (true) {",
      },
      {
        name: "heap, bins: the list is cut at the block that is taken out",
        text: "  freeBlock(previous).next = next;",
        replacement: "  freeBlock(previous).next = 0;",
      },
      {
        name: "heap, bins: the first block that is large enough, not the best",
        text: "if (its == size) break;",
        replacement: "break;",
      },
      {
        name: "heap, bins: a block that is too small",
        text: "if (its >= size && its < bestSize) {",
        replacement: "if (its < bestSize) {",
      },
      {
        name: "heap, bins: a bin with blocks that are too small ends the search",
        text: "    if (best) return best;",
        replacement: "    return best;",
      },
      {
        name: "heap, bins: a block that grows keeps its old size",
        text: "  freeBlock(p).size = size;\n  current().openEnd = p + size;",
        replacement: "  current().openEnd = p + size;",
      },
      {
        name: "heap, bins: the end of a block that grows is forgotten",
        text: "  current().openEnd = p + size;\n",
        replacement: "",
      },
      {
        name: "heap, bins: the size at the end of an open block is believed",
        text: "  if (p == current().openEnd) return p - current().open;\n",
        replacement: "",
      },
      {
        name: "heap, bins: what is before a block always counts as free",
        text: "return stateIn(current().bits, p) & EDGE ? load<u32>(p - 4) : 0;",
        replacement: "return load<u32>(p - 4);",
      },
      {
        name: "heap, bins: the block that was open gets into no bin",
        text: "  link(open, freeBlock(open).size);\n",
        replacement: "",
      },
      {
        name: "heap, bins: a block in a bin is open still",
        text: "  current().open = current().openEnd = 0;\n  link",
        replacement: "  link",
      },
      {
        name: "heap, bins: a block that was taken is open still",
        text: "    current().open = current().openEnd = 0;\n    return;",
        replacement: "    return;",
      },
      {
        name: "heap, bins: a block that grows stays in its bin",
        text: "    unlink(p);\n    close();",
        replacement: "    close();",
      },
      {
        name: "heap, bins: when another grows, the open block is forgotten",
        text: "    unlink(p);\n    close();",
        replacement: "    unlink(p);",
      },
    ],
  },
  {
    file: "assembly/heap/stacks.ts",
    specs,
    faults: [
      {
        name: "heap, stacks: a full stack takes one more",
        text: "if (top == STACK_BYTES) return false;",
        replacement: "if (top > STACK_BYTES) return false;",
      },
      {
        name: "heap, stacks: a pointer is handed out again and again",
        text: "  setTop(units, top - 4);",
        replacement: "",
      },
      {
        name: "heap, stacks: not all are flushed",
        text: "let units: u32 = SMALL_UNITS; units;",
        replacement: "let units: u32 = SMALL_UNITS - 1; units;",
      },
    ],
  },
  {
    file: "assembly/heap/reserve.ts",
    specs,
    faults: [
      {
        name: "heap, reserve: the block that grew last is left alone",
        text: "  if (current().open) close();\n",
        replacement: "",
      },
      {
        name: "heap, reserve: exact free blocks are left alone",
        text: "if (hasExact(size)) return takeFree(size, CANDIDATES);",
        replacement: "",
      },
      {
        name: "heap, reserve: what is left is lost",
        text: "    giveUpReserve();\n",
        replacement: "",
      },
      {
        name: "heap, reserve: the rest has no mark",
        text: "if (left > size) flip(current().bits, p + size, USED);",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/heap/growth.ts",
    specs,
    faults: [
      {
        name: "heap, growth: beyond the maximum",
        text: "if (least > room) return false;",
        replacement: "",
      },
      {
        name: "heap, growth: no fence before others' pages",
        text: "if (at != end) addFence(end - UNIT, at);",
        replacement: "",
      },
      {
        name: "heap, growth: the first page of others is the pointer of a large block",
        text: "  if (CHECKED) markFreed(p + UNIT);\n",
        replacement: "",
      },
      {
        name: "heap, growth: the old bitmap is not copied",
        text: "  memory.copy(limit, current().limit, oldUnits);\n",
        replacement: "",
      },
      {
        name: "heap, growth: what is freed is forgotten",
        text: "    memory.copy(freed, current().limit + oldUnits, oldFreed);\n",
        replacement: "",
      },
    ],
  },
  {
    file: "assembly/heap/malloc.ts",
    specs,
    faults: [
      {
        name: "heap, malloc: stacks are not given up when memory runs out",
        text: "  flushStacks();\n",
        replacement: "",
      },
      {
        name: "heap, malloc: a large block without its size",
        text: "if (header) setLargeSize(p, bytes + header);",
        replacement: "",
      },
      {
        name: "heap, malloc: a block that is handed out again is still freed",
        text: "      if (CHECKED) markLive(p);\n",
        replacement: "",
      },
      {
        name: "heap, free: the reserve can be freed",
        text: "isPlausible(p) && p != current().reserve ? smallUnits",
        replacement: "isPlausible(p) ? smallUnits",
      },
      {
        name: "heap, free: a large block without its pointer is taken for one of 512 bytes",
        text: "if (units - 1 >= SMALL_UNITS - 1 || !markFreed(p)) {",
        replacement: "if (units - 1 >= SMALL_UNITS || !markFreed(p)) {",
      },
      {
        name: "heap, free: a large block is not noted as freed",
        text: "    markFreed(p);\n    units",
        replacement: "    units",
      },
    ],
  },
  {
    file: "assembly/heap/check.ts",
    specs,
    faults: [
      {
        name: "heap, check: the inside of a large block passes",
        text: "smallUnits(p) != 0 && !isLarge(p)",
        replacement: "smallUnits(p) != 0",
      },
      {
        name: "heap, check: the second unit of a small block passes",
        text: "(stateOf(start) & USED) != 0 && isLarge(start);",
        replacement: "(stateOf(start) & USED) != 0;",
      },
      {
        name: "heap, check: a block of 512 bytes counts as large",
        text: "return smallUnits(start) == SMALL_UNITS && !stateOf(start + SMALL_MAX);",
        replacement: "return smallUnits(start) == SMALL_UNITS;",
      },
      {
        name: "heap, check: the reserve passes",
        text: "isPlausible(p) && !inReserve(p) && isPointer(p)",
        replacement: "isPlausible(p) && isPointer(p)",
      },
      {
        name: "heap, check: inside the reserve is inside a block",
        text: "if (p < current().top && !inReserve(p)) {",
        replacement: "if (p < current().top) {",
      },
      {
        name: "heap, check: others' pages are a block",
        text: "      if (isFence(start)) return NOT_ALLOCATED;\n",
        replacement: "",
      },
      {
        name: "heap, check: a freed pointer inside a live block counts as freed",
        text: "return INSIDE_BLOCK;",
        replacement: "return DOUBLE_FREE;",
      },
    ],
  },
  {
    file: "assembly/heap/realloc.ts",
    specs,
    faults: [
      {
        name: "heap, realloc: contents are lost",
        text: "    memory.copy(q, p, min(size, had));\n",
        replacement: "",
      },
      {
        name: "heap, realloc: the old block stays",
        text: "    free(p);\n",
        replacement: "",
      },
      {
        name: "heap, realloc: takes a free block that is too small",
        text: "      if (after < more) return false;\n",
        replacement: "",
      },
      {
        name: "heap, realloc: the new size is not written",
        text: "  setLargeSize(p - LARGE_HEADER, wanted + LARGE_HEADER);\n",
        replacement: "",
      },
      {
        name: "heap, realloc: what is left is lost",
        text: "  releaseTail(end, end - p - wanted);\n",
        replacement: "",
      },
    ],
  },
];

export default groups;
