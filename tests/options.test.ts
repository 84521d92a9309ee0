// Options objects: each name that the documentation has is taken, and any other is refused with the names there are.
// (Not those of LeanHeap, which has no byte to spare.)

import { describe, expect, test } from "vitest";
import type { DebugOptions } from "../src/heap/debug.js";
import { Heap, type HeapLoadOptions, type HeapOptions } from "../src/heap/index.js";
import {
  type AllocatorOptions,
  ArgumentTypeError,
  type BlockOptions,
  type DefragmentOptions,
  init,
  MemoryAllocator,
  TrackedAllocator,
} from "../src/index.js";
import * as narrow from "../src/narrow.js";
import { type RecordOptions, record } from "../src/record/index.js";
import {
  type AttachOptions,
  SharedAllocator,
  type SharedAllocatorOptions,
  type SharedBlockOptions,
  SharedHeap,
  type SharedHeapOptions,
} from "../src/shared/index.js";
import {
  GpuBufferPool,
  type GpuBufferPoolOptions,
  type GpuDefragmentOptions,
  type GpuSliceOptions,
} from "../src/webgpu/index.js";
import { FakeDevice } from "./webgpu/fake-device.ts";

const tracked = new TrackedAllocator(1000);
const shared = SharedAllocator.create({ capacity: 1000 });
const { gpu } = new FakeDevice();
const pool = new GpuBufferPool(gpu, { usage: 32, bufferSize: 1024 });
const sharedMemory = () => new WebAssembly.Memory({ initial: 1, maximum: 1024, shared: true });
const saved = new Heap().save();

interface Case {
  /** Every option there is. */
  readonly all: object;
  readonly call: (options: never) => unknown;
}

const of = <Options extends object>(
  all: { [Name in keyof Required<Options>]: Options[Name] | undefined },
  call: (options: Options) => unknown,
): Case => ({ all, call });

const allocatorOptions = { policy: "first-fit", granularity: 1 } as const;
const blockOptions = { alignment: 8, label: "x" };

const CASES: Record<string, Case> = {
  MemoryAllocator: of<AllocatorOptions>(allocatorOptions, (o) => new MemoryAllocator(9, o)),
  TrackedAllocator: of<AllocatorOptions>(allocatorOptions, (o) => new TrackedAllocator(9, o)),
  "MemoryAllocator, narrow": of<AllocatorOptions>(
    allocatorOptions,
    (o) => new narrow.MemoryAllocator(9, o),
  ),
  allocate: of<BlockOptions>(blockOptions, (o) => tracked.allocate(1, o)),
  tryAllocate: of<BlockOptions>(blockOptions, (o) => tracked.tryAllocate(1, o)),
  reserve: of<BlockOptions>(blockOptions, (o) => tracked.reserve(960, 1, o)),
  resize: of<BlockOptions>(blockOptions, (o) => tracked.resize(0, 1, o)),
  defragment: of<DefragmentOptions>({ maxMoves: 1, maxBytes: 1, noOverlap: true }, (o) =>
    tracked.defragment(o),
  ),
  Heap: of<HeapOptions>(
    {
      memory: new WebAssembly.Memory({ initial: 4 }),
      base: 65536,
      maximum: 65536 * 8,
      checked: true,
      debug: false,
      onLeak: () => {},
      control: undefined,
      module: undefined,
    },
    (o) => new Heap(o),
  ),
  "Heap, debug": of<DebugOptions>({ quarantine: 100 }, (debug) => new Heap({ debug })),
  "Heap.load": of<HeapLoadOptions>(
    { memory: new WebAssembly.Memory({ initial: 4 }), module: undefined },
    (o) => Heap.load(saved, o),
  ),
  "SharedAllocator.create": of<SharedAllocatorOptions>(
    { capacity: 9, policy: "first-fit", maxMetadataBytes: 4096, recovery: true, lockTimeout: 9 },
    (o) => SharedAllocator.create(o),
  ),
  "SharedAllocator.attach": of<AttachOptions>({ lockTimeout: 9 }, (o) =>
    SharedAllocator.attach(shared.handle, o),
  ),
  "SharedAllocator, allocate": of<SharedBlockOptions>({ alignment: 8, tag: 1 }, (o) =>
    shared.allocate(1, o),
  ),
  "SharedHeap.create": of<SharedHeapOptions>(
    { maximum: 64, memory: sharedMemory(), base: 65536, recovery: true, lockTimeout: 9 },
    (o) => SharedHeap.create(o),
  ),
  "SharedHeap.attach": of<AttachOptions>({ lockTimeout: 9 }, (o) =>
    SharedHeap.attach(SharedHeap.create({ maximum: 64 }).handle, o),
  ),
  GpuBufferPool: of<GpuBufferPoolOptions>(
    {
      usage: 32,
      bufferSize: 1024,
      maxBuffers: 2,
      scratchSize: 64,
      policy: "best-fit",
      label: "x",
    },
    (o) => new GpuBufferPool(gpu, o),
  ),
  "GpuBufferPool, allocate": of<GpuSliceOptions>(blockOptions, (o) => pool.allocate(4, o)),
  "GpuBufferPool, defragment": of<GpuDefragmentOptions>(
    { maxBytes: 4, pinned: [], encoder: undefined },
    (o) => pool.defragment(o),
  ),
  record: of<RecordOptions>(
    { callSites: 1, maxBytes: 1 << 20, sink: undefined, clock: () => 0 },
    (o) => record(new MemoryAllocator(9), o),
  ),
};

describe.each(Object.entries(CASES))("%s", (_, { all, call }) => {
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));

  test("takes all that there are", () => {
    call(given as never);
  });

  test.each(["polcy", "", "toString", "__proto"])(
    "refuses %o, and names all that there are",
    (name) => {
      const before = [tracked.snapshot(), JSON.stringify(shared.getStats()), JSON.stringify(pool)];
      let error: unknown;
      try {
        call({ ...given, [name]: undefined } as never);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(ArgumentTypeError);
      expect(error).toMatchObject({ code: "ERR_BAD_OPTIONS", value: name });
      const { message } = error as Error;
      for (const known of Object.keys(all)) expect(message).toContain(known);
      expect(message).toContain(name);
      expect([tracked.snapshot(), JSON.stringify(shared.getStats()), JSON.stringify(pool)]).toEqual(
        before,
      );
    },
  );
});

test("options may be inherited", () => {
  const options = Object.create({ granularity: 16 });
  expect(new MemoryAllocator(100, options).capacity).toBe(96);
});

test("init refuses a core that there is not, before it loads another", async () => {
  const refused = init({ narrow: true, wdie: true } as never);
  await expect(refused).rejects.toMatchObject({ code: "ERR_BAD_OPTIONS", value: "wdie" });
  await expect(refused).rejects.toThrow("narrow, wide, list, tiling");
});
