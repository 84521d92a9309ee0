// Faults of the node pool and of the checks of numbers.

import { type FaultGroup, faults } from "./fault.ts";

const groups: readonly FaultGroup[] = [
  {
    file: "assembly/kernel/pool.ts",
    specs: ["tests/as-pect/pool.spec.ts", "tests/as-pect/pool-full.spec.ts"],
    faults: faults(
      [
        "a node that was taken still counts",
        "  unused.count = count - 1;",
        "  unused.count = count;",
      ],
      [
        "a node that was released is not linked",
        "  unused.first = <u32>node;",
        "  unused.first = unused.first ? unused.first : <u32>node;",
      ],
      [
        "more nodes are carved than are missing",
        "  const missing = count - unusedOf(c).count;",
        "  const missing = count;",
      ],
      [
        "the limit is forgotten",
        "if (pool().used + <f64>need > pool().limit + WHOLE_MEMORY) return false;",
        "",
      ],
      ["nodes are not aligned", "min<usize>(bytes & -bytes, LINE)", "8"],
      [
        "pages of somebody else are used",
        "  if (start != <usize>pool().claimedEnd + SLACK) pool().frontier = <u32>start;",
        "  if (!pool().frontier) pool().frontier = <u32>start;",
      ],
      [
        "the end of the memory is not spared",
        "const SLACK: usize = 16;",
        "const SLACK: usize = 0;",
      ],
      [
        "a refused claim counts as one",
        "    if (before < 0) return false;",
        "    if (before < 0) return true;",
      ],
      [
        "the frontier stays",
        "  pool().frontier = <u32>node;",
        "  pool().frontier = pool().frontier;",
      ],
    ),
  },
  {
    file: "assembly/kernel/numbers.ts",
    specs: ["tests/as-pect/ranges-abi.spec.ts"],
    faults: faults(
      ["0 is a size", "return value >= 1 &&", "return value >= 0 &&"],
      [
        "fractions are addresses",
        "value >= 0 && value <= MAX_SAFE && floor(value) == value",
        "value >= 0 && value <= MAX_SAFE",
      ],
    ),
  },
];
export default groups;
