// Faults of the allocator on trees.

import { type FaultGroup, faults } from "./fault.ts";

const RANDOM = ["tests/as-pect/ranges-random.spec.ts"];
const ABI = ["tests/as-pect/ranges-abi.spec.ts"];

const groups: readonly FaultGroup[] = [
  {
    file: "assembly/ranges/free.ts",
    specs: RANDOM,
    faults: faults(
      [
        "an overlap with the block after is not noticed",
        "    if (start < end) return NOT_ALLOCATED;",
        "",
      ],
      [
        "an overlap after the block before is not noticed",
        "  if (nextStart < end) return NOT_ALLOCATED;",
        "",
      ],
      ["the block after is never merged", "    if (start == end) {", "    if (false) {"],
      [
        "the block before is never merged",
        "    if (key == address) return freeAfter",
        "    if (false) return freeAfter",
      ],
      [
        "both: not across leaves",
        "  } else if (stepToNextLeaf(tree, at)) {",
        "  } else if (false) {",
      ],
      ["both: a leaf too small stays", "      if (isSparse(leaf, 0)) rebalance(tree, at);", ""],
      ["before: the bound is not raised", "    if (isLast) raiseBound(tree, at, end);", ""],
      [
        "before: greater values are not told",
        "    if (total > greatestInLeaf(tree, at)) propagate(tree, at, 0, have, total);\n    setKey",
        "    setKey",
      ],
      [
        "nodes are not reserved",
        "  if (isFull(leaf, 0) && !ensureInsertions(allocator, 1)) return NODE_STORAGE;",
        "",
      ],
      [
        "nodes of the size index are not reserved",
        "  if (allocator.policy == BEST_FIT && !ensureInsertions(allocator, 1)) return NODE_STORAGE;",
        "",
      ],
      [
        "the size index keeps the block after",
        "  if (after != 0) removeFromIndex(allocator, after, end);",
        "",
      ],
    ),
  },
  {
    file: "assembly/ranges/take.ts",
    specs: RANDOM,
    faults: faults(
      [
        "a piece at a leaf's start: the bound before it stays",
        "  if (at.slot == 0) lowerBound(tree, at, start);\n  insert(",
        "  insert(",
      ],
      [
        "untracked: the front is lost",
        "    if (front != 0) insertBlock(tree, at, start, address, front, 0);\n  } else if",
        "  } else if",
      ],
      [
        "tracked: the front is lost",
        "    if (front != 0) {\n      seekKey",
        "    if (false) {\n      seekKey",
      ],
      [
        "tracked: a block that is taken whole has no label",
        "      setLink(leaf, slot, label);",
        "",
      ],
      [
        "tracked: lesser values are not told",
        "    if (have == greatestInLeaf(tree, at)) propagate(tree, at, 0, have, back);",
        "",
      ],
      [
        "the number of free blocks stays",
        "<u32>(front != 0) + <u32>(back != 0) - 1;",
        "<u32>(front != 0);",
      ],
      [
        "the size index does not get the back",
        "  if (back != 0) addToIndex(allocator, back, end);",
        "",
      ],
      ["nodes are not reserved", "  if (!ensureInsertions(allocator, 2)) return false;", ""],
    ),
  },
  {
    file: "assembly/ranges/tracked.ts",
    specs: RANDOM,
    faults: faults(
      ["a free block is freed", "  if (getValue(leaf, slot) != 0) return NOT_ALLOCATED;", ""],
      ["an address inside a block is freed", "  if (start != address) return INSIDE_BLOCK;", ""],
      [
        "freed: the entry before stays",
        "const gone = <u32>(before != 0) + <u32>(after != 0);",
        "const gone = <u32>(after != 0);",
      ],
      [
        "freed across leaves: the entry before stays",
        "    if (before != 0) {\n      seekKey(tree, at, start);\n      remove(tree, at);\n    }",
        "",
      ],
      [
        "freed across leaves: the block after is not seen",
        "      after = at.value;\n      if",
        "      after = 0;\n      if",
      ],
      ["a leaf too small stays", "    if (isSparse(at.leaf, 0)) rebalance(tree, at);", ""],
      [
        "longer: beyond the free block",
        "|| at.value < more) return OUT_OF_MEMORY;",
        "|| at.value == 0) return OUT_OF_MEMORY;",
      ],
      [
        "shorter: without a label",
        "addLive(allocator, at, address, address + newSize, labelFound);",
        "addLive(allocator, at, address, address + newSize, 0);",
      ],
      [
        "moved: although it is not free",
        "  if (!isFree) seekFreeAround(allocator, at, from, size);",
        "",
      ],
      [
        "moved: past the capacity",
        "if (to > allocator.capacity || size > allocator.capacity - to) return OUT_OF_BOUNDS;",
        "",
      ],
    ),
  },
  {
    file: "assembly/ranges/policies.ts",
    specs: RANDOM,
    faults: faults(
      [
        "best fit: the size index keeps the block",
        "  if (allocator.policy == BEST_FIT) remove(allocator.sizes, cursor(1));",
        "",
      ],
      [
        "best fit: a block that is too small",
        "seekAfter(sizes, bySize, size - 1);",
        "seekAfter(sizes, bySize, size - 2);",
      ],
      [
        "next fit: from the start again",
        "seekKey(allocator.blocks, at, allocator.rover + 1);",
        "seekKey(allocator.blocks, at, 1);",
      ],
      [
        "next fit: the rover stays",
        "  if (policy == NEXT_FIT) allocator.rover = start + size;",
        "",
      ],
      ["worst fit: the first that fits", "best != 0 ? best + 1 : size", "largest"],
      [
        "misaligned blocks: the first is taken",
        "  while (!fitsUnder(at, size, alignment)) {",
        "  while (false) {",
      ],
      ["a block taken whole counts on", "      allocator.freeBlocks--;", ""],
      [
        "lesser values are not told",
        "      if (have == greatestInLeaf(tree, at)) propagate(tree, at, 0, have, have - size);",
        "",
      ],
    ),
  },
  {
    file: "assembly/ranges/capacity.ts",
    specs: RANDOM,
    faults: faults(
      [
        "shrinking leaves a block at the end",
        "  if (allocator.isTracked) dropTail(allocator, before);",
        "",
      ],
      ["growing is not noted", "  allocator.capacity = capacity;\n  if", "  if"],
    ),
  },
  {
    file: "assembly/ranges/validate.ts",
    specs: ["tests/as-pect/ranges-validate.spec.ts"],
    faults: faults(
      ["blocks past the capacity pass", "if (end > allocator.capacity)", "if (false)"],
      ["blocks that touch pass", "(isFree && lastIsFree && start == last)", "false"],
      ["wrong sizes of free blocks pass", "isTracked && isFree && size != end - start", "false"],
      [
        "what is not in the size index passes",
        "isFree && isIndexed && !isInIndex(allocator, size, end)",
        "false",
      ],
      ["a wrong sum passes", "sum != allocator.freeMemory", "false"],
      ["a gap at the end passes", "isTracked && last != allocator.capacity", "false"],
    ),
  },
  {
    file: "assembly/ranges/allocator.ts",
    specs: [...ABI, ...RANDOM],
    faults: faults(
      [
        "too few nodes for many steps",
        "missingLeaves(blocks, free + allocator.liveBlocks, 2 * steps);",
        "missingLeaves(blocks, free + allocator.liveBlocks, steps / 8);",
      ],
      [
        "far too many nodes for a few steps",
        "  return min(max((entries + added) / MIN_FILL, tree.leaves) - tree.leaves, added);",
        "  return max((entries + added) / MIN_FILL, tree.leaves) - tree.leaves;",
      ],
    ),
  },
  {
    file: "assembly/entries/ranges.ts",
    specs: ABI,
    faults: faults(
      ["capacities beyond the greatest", " && <Num>capacity != MAX_KEY", ""],
      ["fractions as sizes", "return <f64>(<Num>size) == size && size != 0;", "return size != 0;"],
      [
        "reserved: the label is lost",
        "toAddress(address), <Num>size, label)",
        "toAddress(address), <Num>size, 0)",
      ],
    ),
  },
];
export default groups;
