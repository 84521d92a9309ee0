// Seeded faults of the buddy system.

import type { FaultGroup } from "./fault.ts";

const specs = ["tests/as-pect/buddy.spec.ts", "tests/as-pect/tiling-abi.spec.ts"];

const groups: readonly FaultGroup[] = [
  {
    file: "assembly/buddy/buddy.ts",
    specs,
    faults: [
      {
        name: "buddy, choice: from one order further up",
        text: "  let bin = binFrom(tiling, order);",
        replacement: "  let bin = binFrom(tiling, order + 1);",
      },
      {
        name: "buddy, choice: alignment is forgotten",
        text: "if (step == taken || fits<f64>(block.start, block.size, taken, step)) return block;",
        replacement: "return block;",
      },
      {
        name: "buddy, alignment: of the request alone",
        text: "  return min(BEYOND, (alignment / shared) * taken);",
        replacement: "  return alignment;",
      },
      {
        name: "buddy, allocate: nodes are not reserved",
        text: "  if (!ensureBlocks(tiling, blocksToTake(block, order))) return NODE_STORAGE;\n  const address",
        replacement: "  ensureBlocks(tiling, blocksToTake(block, order));\n  const address",
      },
      {
        name: "buddy, free: of a free block",
        text: "  if (!block || block.free) return refusal(tiling, address);\n  keep",
        replacement: "  if (!block) return refusal(tiling, address);\n  keep",
      },
      {
        name: "buddy, reserve: anywhere",
        text: "  if (!isMultiple(address, taken)) return NOT_ALIGNED;\n",
        replacement: "",
      },
      {
        name: "buddy, reserve: beyond the capacity",
        text: "  if (taken > tiling.capacity - address) return OUT_OF_BOUNDS;\n",
        replacement: "",
      },
      {
        name: "buddy, reserve: in too small a block",
        text: "if (!block.free || block.size < taken) return NOT_FREE;",
        replacement: "if (!block.free) return NOT_FREE;",
      },
      {
        name: "buddy, extend: of an upper half",
        text: "    if (!isMultiple(block.start, after)) return OUT_OF_MEMORY;\n",
        replacement: "",
      },
      {
        name: "buddy, extend: into live blocks",
        text: "      if (!next.free || next.size != size) return OUT_OF_MEMORY;",
        replacement: "      if (next.size != size) return OUT_OF_MEMORY;",
      },
      {
        name: "buddy, extend: the sum is not kept",
        text: "  tiling.freeMemory += before - after;\n",
        replacement: "",
      },
      {
        name: "buddy, extend: the request is not kept",
        text: "  block.requested = newSize;\n",
        replacement: "",
      },
      {
        name: "buddy, move: the old block stays",
        text: "  if (status == OK) release(tiling, block);\n  return status;",
        replacement: "  return status;",
      },
    ],
  },
  {
    file: "assembly/buddy/free.ts",
    specs,
    faults: [
      {
        name: "buddy, settle: merges neighbours of different sizes",
        text: "if (!buddy.free || buddy.size != size) break;",
        replacement: "if (!buddy.free) break;",
      },
      {
        name: "buddy, settle: merges live buddies",
        text: "if (!buddy.free || buddy.size != size) break;",
        replacement: "if (buddy.size != size) break;",
      },
      {
        name: "buddy, settle: merges once only",
        text: "    size *= 2;\n  }\n  file(tiling, block);",
        replacement: "    size *= 2;\n    break;\n  }\n  file(tiling, block);",
      },
      {
        name: "buddy, settle: merges with the neighbour above only",
        text: "const buddy = isLower ? block.next : block.prev;",
        replacement: "const buddy = block.next;",
      },
      {
        name: "buddy, settle: the buddy stays in its bin",
        text: "    unfile(tiling, buddy);\n    absorb",
        replacement: "    absorb",
      },
      {
        name: "buddy, take: does not split to the end",
        text: "  while (half >= taken) {",
        replacement: "  while (half > taken) {",
      },
      {
        name: "buddy, take: always the lower half",
        text: "    if (address >= upper.start) {",
        replacement: "    if (false) {",
      },
      {
        name: "buddy, take: what was requested is not counted",
        text: "  tiling.requested += size;\n  tiling.version++;",
        replacement: "  tiling.version++;",
      },
    ],
  },
  {
    file: "assembly/buddy/capacity.ts",
    specs,
    faults: [
      {
        name: "buddy, pieces: longer than their alignment",
        text: "return start == 0 ? longest : min(longest, <f64>(<u64>start & -(<u64>start)));",
        replacement:
          "return start == 0 ? longest : min(longest, 2 * <f64>(<u64>start & -<u64>start));",
      },
      {
        name: "buddy, shrink: through a live block",
        text: "    if (!block.free) return NOT_FREE;\n  } while",
        replacement: "  } while",
      },
      {
        name: "buddy, shrink: what is left of the last block is lost",
        text: "    setCapacity(tiling, start);\n  }\n  addPieces(tiling, capacity);",
        replacement: "    setCapacity(tiling, start);\n  }\n  setCapacity(tiling, capacity);",
      },
    ],
  },
  {
    file: "assembly/buddy/orders.ts",
    specs,
    faults: [
      {
        name: "orders, for a size: rounded down",
        text: "(((<u64>1) << MANTISSA) - 1)) >> MANTISSA) - BIAS",
        replacement: "0) >> MANTISSA) - BIAS",
      },
    ],
  },
];

export default groups;
