// What the browser test runs in the page, against the built module. Each function returns plain
// data, which the test in Node compares.

import { problemsOf, REFUSALS } from "../support/refusals.ts";

const suballoc: typeof import("../../src/index.ts") = await import("/suballoc.min.js" as string);
const { MemoryAllocator, POLICIES } = suballoc;

/** The README's example: every number that its comments name. */
function example() {
  const allocator = new MemoryAllocator(100);
  const a = allocator.allocate(20);
  const b = allocator.allocate(30);
  const c = allocator.allocate(40);
  allocator.free(20, 30);
  const reused = allocator.allocate(25);
  allocator.free(0, 20);
  allocator.free(20, 25);
  return {
    addresses: [a, b, c, reused],
    free: allocator.getFreeMemory(),
    largest: allocator.getLargestFreeBlock(),
    blocks: [...allocator.freeBlocks()],
  };
}

/** What is wrong with the errors of the error table. */
function problems() {
  return POLICIES.flatMap((policy) =>
    REFUSALS.flatMap((refusal) => problemsOf(suballoc, policy, refusal)),
  );
}

/** Makes `count` allocators, uses them in turns, and counts those that end up as they should. */
function manyAtOnce(count: number) {
  const allocators = Array.from({ length: count }, (_, i) => new MemoryAllocator(100 + i));
  for (let turn = 0; turn < 3; turn++) for (const allocator of allocators) allocator.allocate(30);
  for (const allocator of allocators) allocator.free(30, 30);
  const right = allocators.filter((allocator, i) => {
    allocator.validate();
    const blocks = [...allocator.freeBlocks()].map(({ start, size }) => [start, size]);
    return (
      JSON.stringify(blocks) ===
      JSON.stringify([
        [30, 30],
        [90, 10 + i],
      ])
    );
  });
  for (const allocator of allocators) allocator.dispose();
  return { right: right.length, disposed: allocators.filter(({ disposed }) => disposed).length };
}

/** Capacities beyond 32 bits. */
function wide() {
  const capacity = Number.MAX_SAFE_INTEGER;
  const allocator = new MemoryAllocator(capacity);
  return [
    allocator.allocate(capacity - 1),
    allocator.allocate(1),
    allocator.tryAllocate(1) ?? null,
  ];
}

const policies = () => [...POLICIES];

Object.assign(globalThis, { tests: { example, problems, manyAtOnce, wide, policies } });
