// Faults of the linked list.

import { type FaultGroup, faults } from "./fault.ts";

const groups: readonly FaultGroup[] = [
  {
    file: "assembly/list/list.ts",
    specs: ["tests/as-pect/list.spec.ts"],
    faults: faults(
      [
        "a new block is unknown to the one before",
        "  if (left) left.next = block;\n",
        "  if (left) left.next = right;\n",
      ],
      [
        "a new block is unknown to the one after",
        "  if (right) right.prev = block;\n",
        "  if (right) right.prev = left;\n",
      ],
      [
        "an unlinked block stays known to the one after",
        "  if (right) right.prev = left;\n  else list.tail = left;\n  if (block.live)",
        "  if (!right) list.tail = left;\n  if (block.live)",
      ],
      [
        "merge both: the right block's size is lost",
        "    left!.size += size + right!.size;",
        "    left!.size += size;",
      ],
      ["merge both: the right block stays", "    unlink(list, right!);", ""],
      ["merge left: never", "  } else if (touchesLeft) {", "  } else if (false) {"],
      ["merge right: the block keeps its start", "    right!.start = start;", ""],
      ["blocks that do not touch are merged", "left.end == start;", "left.end + 1 >= start;"],
      [
        "taken from the middle: the back is lost",
        "    link(list, block, block.next, end, back, false);",
        "",
      ],
      [
        "an overlap with the block before is not noticed",
        "  if (left && left.end > address) return NOT_ALLOCATED;",
        "",
      ],
      [
        "a node is not reserved",
        "    if (!ensureNodes(BLOCK_NODE, 1)) return NODE_STORAGE;\n    link(list, left, right",
        "    link(list, left, right",
      ],
    ),
  },
  {
    file: "assembly/list/tracked.ts",
    specs: ["tests/as-pect/list-tracked.spec.ts"],
    faults: faults(
      [
        "a block is found by any of its addresses",
        "  if (block.start != address) return INSIDE_BLOCK;",
        "",
      ],
      [
        "nodes are not reserved",
        "  if (!ensureNodes(BLOCK_NODE, TAKE_NODES)) return NODE_STORAGE;\n  const address",
        "  const address",
      ],
      [
        "longer, although the block after is live",
        "if (!right || right.live || right.size < more)",
        "if (!right || right.size < more)",
      ],
      [
        "moved, although it is not free",
        "  takeBlock(list, freeBlockAround(list, from, size)!, from, size, labelFound);",
        "",
      ],
    ),
  },
  {
    file: "assembly/list/validate.ts",
    specs: ["tests/as-pect/list-validate.spec.ts"],
    faults: faults(
      ["links back are not checked", "if (block.prev != previous)", "if (false)"],
      [
        "blocks that touch pass",
        "if (previous && start == end && !block.live && !previous.live)",
        "if (false)",
      ],
      ["a wrong sum passes", "if (sum != list.freeMemory)", "if (false)"],
    ),
  },
];
export default groups;
