// Every sequence of a few operations on small capacities, for the engines that only tracked allocators have: each against
// its model, with everything that can be seen compared at the end.

import { describe, expect, test } from "vitest";
import { type Request, Twin } from "./twin.ts";

const DEPTH = 3;

function operationsFor(capacity: number): Request[] {
  const label = "";
  return [
    ...[1, 2, 3].map((size): Request => ({ kind: "allocate", size, alignment: 1, label })),
    { kind: "allocate", size: 1, alignment: 2, label },
    { kind: "allocate", size: capacity, alignment: 1, label },
    ...[0, 1, 2].map((pick): Request => ({ kind: "free", pick, size: "none" })),
    { kind: "reserve", address: 2, size: 2, alignment: 1, label },
    { kind: "resize", pick: 0, newSize: 3, alignment: undefined },
    { kind: "extend", pick: 1, newSize: 2 },
    { kind: "capacity", capacity: capacity + 2 },
    { kind: "defragment", options: {} },
  ];
}

describe.each(["segregated-fit", "buddy"] as const)("%s", (policy) => {
  test.each([1, 3, 4, 7])("every sequence on capacity %d", (capacity) => {
    const operations = operationsFor(capacity);
    let sequences = 0;
    const at = Array.from({ length: DEPTH }, () => 0);
    for (let last = 0; last >= 0; ) {
      const twin = new Twin(policy, capacity);
      for (const i of at) twin.run(operations[i] as Request);
      twin.check();
      twin.allocator.dispose();
      sequences++;
      last = DEPTH - 1;
      while (last >= 0 && ++at[last]! === operations.length) at[last--] = 0;
    }
    expect(sequences).toBe(operations.length ** DEPTH);
  });
});
