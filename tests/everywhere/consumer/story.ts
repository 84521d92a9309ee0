// What every consumer runs: one walk through the public API, told as lines of text that must be the same
// everywhere. It takes the module as an argument, because each consumer gets at it in its own way.

type Suballoc = typeof import("suballoc");

/** Pseudo-random whole numbers from 1 to `limit` (xorshift32), the same everywhere. */
function requests(limit: number): () => number {
  let state = 2463534242;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return 1 + ((state >>> 0) % limit);
  };
}

export function story(suballoc: Suballoc): string {
  const { MemoryAllocator, POLICIES } = suballoc;
  const lines: string[] = [];
  const tell = (what: string, ...values: unknown[]) =>
    lines.push(`${what}: ${values.map((value) => JSON.stringify(value)).join(" ")}`);
  const blocksOf = (allocator: InstanceType<typeof MemoryAllocator>) =>
    [...allocator.freeBlocks()].map(({ start, size }) => [start, size]);

  const allocator = new MemoryAllocator(100);
  tell("addresses", allocator.allocate(20), allocator.allocate(30), allocator.allocate(40));
  allocator.free(20, 30);
  tell("hole reused at", allocator.allocate(25));
  allocator.free(0, 20);
  allocator.free(20, 25);
  tell("free", allocator.getFreeMemory(), "largest", allocator.getLargestFreeBlock());
  tell("free blocks", blocksOf(allocator));
  tell("does not fit", allocator.tryAllocate(51) ?? "undefined");

  const refuse = (kind: new (...args: never[]) => Error, call: () => unknown) => {
    try {
      call();
      lines.push("not refused");
    } catch (error) {
      const { name, code } = error as Error & { code: string };
      tell("refused", name, code, error instanceof kind && error instanceof Error);
    }
  };
  refuse(suballoc.OutOfMemoryError, () => allocator.allocate(51));
  refuse(suballoc.AllocatorRangeError, () => allocator.allocate(0));
  refuse(suballoc.AllocatorRangeError, () => allocator.allocate(1.5));
  refuse(suballoc.ArgumentTypeError, () => allocator.allocate("1" as never));
  refuse(suballoc.AllocatorRangeError, () => allocator.free(90, 11));
  refuse(suballoc.NotAllocatedError, () => allocator.free(40, 20));
  refuse(suballoc.NotAllocatedError, () => allocator.free(0, 50));
  refuse(RangeError, () => new MemoryAllocator(0));
  refuse(RangeError, () => new MemoryAllocator(1, { policy: "any" as never }));
  tell("after the refusals", blocksOf(allocator));

  allocator.dispose();
  refuse(suballoc.DisposedError, () => allocator.allocate(1));

  const capacity = Number.MAX_SAFE_INTEGER;
  const wide = new MemoryAllocator(capacity);
  tell("2^53 - 1", wide.allocate(capacity - 1), wide.allocate(1), wide.getFreeMemory());
  wide.dispose();

  // Ten allocators in turns, two of each policy: the two must end alike.
  tell("policies", POLICIES);
  const ten = [...POLICIES, ...POLICIES].map((policy) => {
    const next = requests(64);
    const live: [number, number][] = [];
    return { allocator: new MemoryAllocator(4096, { policy }), next, live, checksum: 0 };
  });
  for (let turn = 0; turn < 400; turn++) {
    for (const one of ten) {
      const { allocator, next, live } = one;
      const size = next();
      const victim = live[next() % 160];
      if (victim) {
        allocator.free(...victim);
        live.splice(live.indexOf(victim), 1);
      }
      const address = allocator.tryAllocate(size);
      if (address !== undefined) live.push([address, size]);
      one.checksum = (Math.imul(one.checksum, 31) + (address ?? 4096)) >>> 0;
    }
  }
  for (const { allocator, live, checksum } of ten) {
    allocator.validate();
    const { freeMemory, largestFreeBlock, freeBlockCount } = allocator.getStats();
    tell(allocator.policy, checksum, freeMemory, largestFreeBlock, freeBlockCount);
    for (const [address, size] of live) allocator.free(address, size);
    if (allocator.getLargestFreeBlock() !== 4096) lines.push("not merged into one block");
    allocator.dispose();
  }

  // `using` works where the language has it, and no stray name is left where it has not.
  const key: symbol | undefined = Symbol.dispose;
  tell("disposable", key === undefined || key in MemoryAllocator.prototype);
  tell("stray names", "undefined" in MemoryAllocator.prototype);
  return `${lines.join("\n")}\n`;
}
