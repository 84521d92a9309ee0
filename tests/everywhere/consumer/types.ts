// A consumer's TypeScript: what must type-check, and what must not.
import { type AllocatorOptions, init, MemoryAllocator, POLICIES, type Policy } from "suballoc";

const policy: Policy = POLICIES[0];
const options: AllocatorOptions = { policy };
const allocator = new MemoryAllocator(100, options);
const address: number = allocator.allocate(20);
const maybe: number | undefined = allocator.tryAllocate(20);
for (const { start, size } of allocator.freeBlocks()) allocator.free(start, size);
export const loading: Promise<void> = init();

// @ts-expect-error: an address may be undefined here
export const certain: number = allocator.tryAllocate(20);
// @ts-expect-error: no such policy
new MemoryAllocator(1, { policy: "any-fit" });
// @ts-expect-error: blocks are read-only
for (const block of allocator.freeBlocks()) block.start = 0;

allocator.free(address, maybe ?? 20);
allocator.dispose();
