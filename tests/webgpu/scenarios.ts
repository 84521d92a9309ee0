// What a pool must do on any device, real or fake: each scenario opens a device, and throws when something is wrong.
// They use no test runner, so that they run in a page as well.

import {
  GpuBufferPool,
  type GpuBufferPoolOptions,
  type GpuSlice,
  type GpuSliceOptions,
} from "../../src/webgpu/index.ts";
import { randomFrom, randomRun, readBack, runs, type Tally, verify } from "./random-run.ts";

export type OpenDevice = () => Promise<GPUDevice>;

const VERTEX = 0x20;
const STORAGE = 0x80;
const MESHES: GpuBufferPoolOptions = {
  usage: VERTEX,
  bufferSize: 4096,
  maxBuffers: 1,
  label: "meshes",
};

function equal(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a}, expected ${b}`);
}

/** Places and contents: nothing that an error may change. */
async function stateOf(pool: GpuBufferPool): Promise<string> {
  const slices = [...pool.blocks()];
  const bytes: number[][] = [];
  for (const { buffer, offset, size } of slices)
    bytes.push([...(await readBack(pool.device, buffer)).subarray(offset, offset + size)]);
  return JSON.stringify([
    slices.map(({ offset, size, label, live }) => [offset, size, label, live]),
    bytes,
    pool.getStats(),
    pool.bufferSize,
  ]);
}

/** The code that a call is refused with; the state of the pool is the same afterwards. */
async function refused(
  pool: GpuBufferPool,
  code: string,
  call: () => unknown,
  words?: RegExp,
): Promise<void> {
  const before = await stateOf(pool);
  let error: unknown;
  try {
    await call();
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof Error)) throw new Error(`${call} was not refused`);
  if (!("code" in error)) throw error;
  equal(error.code, code, `${call}`);
  if (words && !words.test(error.message)) throw new Error(`${error.message} lacks ${words}`);
  equal(await stateOf(pool), before, `the state after ${call}`);
}

/** A pool with four slices and a hole, so that there is something to move. */
async function fragmented(device: GPUDevice, options: Partial<GpuBufferPoolOptions> = {}) {
  const pool = new GpuBufferPool(device, { ...MESHES, ...options });
  equal(await pool.ready, true, "ready");
  const model = new Map<GpuSlice, Uint8Array>();
  const add = (size: number, sliceOptions: GpuSliceOptions = {}) => {
    const slice = pool.allocate(size, sliceOptions);
    const bytes = new Uint8Array(size).map((_, i) => size + i);
    pool.write(slice, bytes);
    model.set(slice, bytes);
    return slice;
  };
  const gone = add(400);
  const slices = [add(40), add(100, { alignment: 20 }), add(30)];
  pool.free(gone);
  model.delete(gone);
  const check = () => verify(device, pool, model, "now");
  return { pool, slices: slices as [GpuSlice, GpuSlice, GpuSlice], model, gone, add, check };
}

/** A device that says of itself that it allows larger buffers than it does. */
function boasting(device: GPUDevice): GPUDevice {
  const limits = new Proxy(device.limits, {
    get: (target, name) =>
      name === "maxBufferSize" ? 2 ** 34 - 8 : Reflect.get(target, name, target),
  });
  return new Proxy(device, {
    get(target, name) {
      if (name === "limits") return limits;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

type Scenario = (open: OpenDevice) => Promise<unknown>;

/** `SEED=…` repeats a run in Node; the seed is part of every tally and of every failure. */
const seed = Number(globalThis.process?.env?.SEED) || Date.now() & 0x7fffffff;

const random: Record<string, Scenario> = Object.fromEntries(
  runs(1, seed).map((run): [string, Scenario] => [
    `${run.operations} random operations: ${run.name}`,
    async (open) => {
      const tally: Tally = await randomRun(await open(), run);
      if (tally.moved < run.operations / 100) throw new Error(`only ${tally.moved} moves`);
      return tally;
    },
  ]),
);

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  ...random,

  async "a slice has a place, keeps its identity, and follows its contents"(open) {
    const { pool, slices, check } = await fragmented(await open());
    const [a, b, c] = slices;
    equal([a.offset, b.offset, c.offset], [400, 440, 540], "offsets");
    equal([b.size, b.label, b.alignment, b.live], [100, "", 20, true], "values");
    equal(c.binding.size, 32, "a binding's size is a multiple of 4");
    if (c.binding.buffer !== c.buffer) throw new Error("another buffer");
    const { moved, movedBytes, copies, done } = pool.defragment();
    equal(
      moved.map((slice) => slices.indexOf(slice)),
      [0, 1, 2],
      "moved",
    );
    equal([movedBytes, copies, done], [172, 2, true], "figures");
    equal([a.offset, b.offset, c.offset], [0, 40, 140], "offsets afterwards");
    await check();
  },

  async "a pinned slice stays, others move around it"(open) {
    const { pool, slices, check } = await fragmented(await open());
    const [a, b, c] = slices;
    equal(pool.defragment({ pinned: [a] }).moved.length, 0, "all lie close above the first");
    equal(a.offset, 400, "the first slice, pinned");
    pool.defragment({ pinned: new Set([b]) });
    equal([a.offset, b.offset, c.offset], [0, 440, 540], "with the second pinned");
    await check();
    pool.defragment();
    equal([a.offset, b.offset, c.offset], [0, 40, 140], "with none pinned");
    await check();
  },

  async "a budget is kept, and the rest follows"(open) {
    const { pool, slices, check } = await fragmented(await open());
    equal(pool.defragment({ maxBytes: 50 }).movedBytes, 40, "first");
    await check();
    const second = pool.defragment({ maxBytes: 1 });
    equal([second.movedBytes, second.done], [100, false], "at least one slice a call");
    await check();
    equal(pool.defragment({ maxBytes: 1000 }).done, true, "third");
    equal(
      slices.map(({ offset }) => offset),
      [0, 40, 140],
      "offsets",
    );
    await check();
  },

  async "a slice longer than the scratch buffer moves over itself"(open) {
    const { pool, slices, add, check } = await fragmented(await open(), { scratchSize: 64 });
    const long = add(3000);
    pool.free(slices[0]);
    pool.free(slices[1]);
    pool.free(slices[2]);
    equal(long.offset, 572, "before");
    equal(pool.defragment().copies, 2 * Math.ceil(3000 / 64), "copies");
    equal(long.offset, 0, "after");
    const bytes = (await readBack(pool.device, long.buffer)).subarray(0, 3000);
    equal(
      bytes.every((byte, i) => byte === (3000 + i) % 256),
      true,
      "contents",
    );
    void check;
  },

  async "recorded moves: what would spoil them is refused until they are submitted"(open) {
    const device = await open();
    const { pool, slices, add, check } = await fragmented(device);
    const encoder = device.createCommandEncoder();
    pool.defragment({ encoder });
    equal(slices[0].offset, 0, "at its new place at once");
    const code = "ERR_MOVES_NOT_SUBMITTED";
    for (const call of [
      () => pool.write(slices[0], new Uint8Array(4)),
      () => pool.defragment(),
      () => pool.grow(8192),
      () => pool.trim(),
    ])
      await refused(pool, code, call, /submitted\(\)/);
    const early = pool.allocate(8);
    pool.free(early);
    device.queue.submit([encoder.finish()]);
    pool.submitted();
    add(16);
    await check();
    pool.trim();
  },

  async "freeing: what is submitted sees the old bytes"(open) {
    const device = await open();
    const { pool, slices, add } = await fragmented(device);
    const target = device.createBuffer({ size: 40, usage: 0x4 | 0x8 });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(slices[0].buffer, slices[0].offset, target, 0, 40);
    device.queue.submit([encoder.finish()]);
    pool.free(slices[0]);
    const other = add(440);
    if (other.offset > 400) throw new Error("the range was not used again");
    const bytes = await readBack(device, target);
    equal(
      bytes.every((byte, i) => byte === 40 + i),
      true,
      "what the submitted copy saw",
    );
  },

  async "recorded commands see what is written before they are submitted"(open) {
    const device = await open();
    const { pool, slices } = await fragmented(device);
    const target = device.createBuffer({ size: 8, usage: 0x4 | 0x8 });
    const record = (slice: GpuSlice, at: number) => {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(slice.buffer, slice.offset, target, at, 4);
      return encoder.finish();
    };
    const commands = [record(slices[0], 0), record(slices[1], 4)];
    pool.write(slices[0], new Uint8Array([1, 2, 3, 4]));
    // Freed at once, the range is reused under the recorded commands; `freeAfterSubmit` is for this.
    const { offset } = slices[1];
    pool.free(slices[1]);
    pool.allocate(400); // the hole before it
    const other = pool.allocate(100, { alignment: 20 });
    equal(other.offset, offset, "the same place");
    pool.write(other, new Uint8Array(100).fill(9));
    device.queue.submit(commands);
    equal([...(await readBack(device, target))], [1, 2, 3, 4, 9, 9, 9, 9], "what they saw");
  },

  async "bad arguments are refused, and nothing changes"(open) {
    const device = await open();
    const { pool } = await fragmented(device);
    const noNumbers = ["4", null, 4n, {}, [4], Symbol("4"), () => 4, true];
    const codeOf = (value: unknown, notPositive: string) =>
      typeof value !== "number"
        ? "ERR_NOT_A_NUMBER"
        : Number.isInteger(value) && value <= 0
          ? notPositive
          : "ERR_NOT_AN_INTEGER";
    const each = async (
      notPositive: string,
      calls: ((value: never) => unknown)[],
      values: unknown[] = [...noNumbers, 0, -4, 0.5, NaN, Infinity, -Infinity, 2 ** 53],
    ) => {
      for (const call of calls)
        for (const value of values)
          await refused(
            pool,
            value === -Infinity ? "ERR_NOT_AN_INTEGER" : codeOf(value, notPositive),
            () => call(value as never),
          );
    };
    await each("ERR_SIZE_NOT_POSITIVE", [
      (size) => pool.allocate(size),
      (size) => pool.tryAllocate(size),
    ]);
    await each("ERR_ALIGNMENT_NOT_POSITIVE", [(alignment) => pool.allocate(4, { alignment })]);
    await each("ERR_CAPACITY_NOT_POSITIVE", [
      (bufferSize) => new GpuBufferPool(device, { ...MESHES, bufferSize }),
      (scratchSize) => new GpuBufferPool(device, { ...MESHES, scratchSize }),
      (bytes) => pool.grow(bytes),
    ]);
    // These may be Infinity.
    const finite = [...noNumbers, 0, -4, 0.5, NaN, -Infinity, 2 ** 53];
    await each(
      "ERR_CAPACITY_NOT_POSITIVE",
      [(maxBuffers) => new GpuBufferPool(device, { ...MESHES, maxBuffers })],
      finite,
    );
    await each("ERR_BUDGET_NOT_POSITIVE", [(maxBytes) => pool.defragment({ maxBytes })], finite);
    const noText: unknown[] = [4, null, {}, Symbol("label")];
    for (const label of noText as string[])
      for (const call of [
        () => pool.allocate(4, { label }),
        () => new GpuBufferPool(device, { ...MESHES, label }),
      ])
        await refused(pool, "ERR_NOT_A_STRING", call);
    for (const options of [null, 4, "20", [], () => {}] as never[])
      for (const call of [
        () => pool.allocate(4, options),
        () => pool.defragment(options),
        () => new GpuBufferPool(device, options),
      ])
        await refused(pool, "ERR_BAD_OPTIONS", call);
    for (const bad of [null, undefined, {}, 4, "device"] as never[])
      await refused(pool, "ERR_BAD_OPTIONS", () => new GpuBufferPool(bad, MESHES));
    for (const usage of [0, -1, 0.5, 2 ** 40, 32n, "32", undefined] as never[])
      await refused(pool, "ERR_BAD_OPTIONS", () => new GpuBufferPool(device, { ...MESHES, usage }));
    for (const encoder of [{}, 4, "encoder"] as never[])
      await refused(pool, "ERR_BAD_OPTIONS", () => pool.defragment({ encoder }));
    for (const pinned of [{}, 4, null] as never[])
      await refused(pool, "ERR_BAD_OPTIONS", () => pool.defragment({ pinned }));
    for (const policy of ["any-fit", "linked-list", 4] as never[])
      await refused(
        pool,
        "ERR_UNKNOWN_POLICY",
        () => new GpuBufferPool(device, { ...MESHES, policy }),
      );
  },

  async "figures and texts"(open) {
    const { pool, slices } = await fragmented(await open());
    const { buffers, ...figures } = pool.getStats();
    equal(
      figures,
      {
        ...{ capacity: 4096, freeMemory: 3924, freeBlockCount: 2, liveBlockCount: 3 },
        ...{ largestFreeBlock: 3524, externalFragmentation: 1 - 3524 / 3924, scratchSize: 4096 },
      },
      "figures",
    );
    equal([buffers.length, buffers[0]?.freeMemory], [1, 3924], "of the buffer");
    equal(JSON.stringify(pool), JSON.stringify(pool.getStats()), "JSON");
    const head = /^GpuBufferPool "meshes" 172 of 4096 allocated, slices: 3, buffers: 1\n/;
    const inspect = pool as unknown as Record<symbol, () => string>;
    const printed = inspect[Symbol.for("nodejs.util.inspect.custom")]?.call(pool) ?? "";
    for (const text of [pool.report(), printed])
      if (!head.test(text)) throw new Error(`${text} does not begin like ${head}`);
    if (!/░/.test(printed)) throw new Error(`${printed} has no map`);
    pool.freeAfterSubmit(slices[0]);
    equal([...pool.blocks()].length, 2, "slices");
    equal(pool.getStats().liveBlockCount, 3, "blocks, one of which waits for its submit");
  },

  async "growing: one copy, all slices follow, nothing else changes"(open) {
    const device = await open();
    const { pool, slices, add, check } = await fragmented(device);
    const old = slices[0].buffer;
    await pool.grow(10_001);
    equal(pool.bufferSize, 10_004, "rounded up to the unit");
    if (slices[0].buffer === old) throw new Error("the same buffer");
    equal([slices[0].offset, slices[0].buffer.size], [400, 10_004], "place");
    add(9000);
    await check();
    const overtaken = pool.grow(12_000);
    await Promise.all([pool.grow(16_000), overtaken]);
    equal(pool.bufferSize, 16_000, "two at once");
    await check();
    await refused(pool, "ERR_CAPACITY_OUT_OF_RANGE", () => pool.grow(16_000), /more than 16000/);
    for (const slice of [...pool.blocks()]) pool.free(slice);
    equal(pool.trim(), 16_000, "trimmed");
    await pool.grow(20_000);
    equal(pool.allocate(20_000).buffer.size, 20_000, "grown while empty");
  },

  async "several buffers: added, dedicated, trimmed"(open) {
    const device = await open();
    const pool = new GpuBufferPool(device, { ...MESHES, maxBuffers: 3 });
    equal(await pool.ready, true, "ready");
    const large = pool.allocate(3000);
    equal(large.buffer.size, 3000, "more than half: a buffer of its own, of its size");
    const small = [pool.allocate(2000), pool.allocate(2000), pool.allocate(2000)];
    equal(pool.getStats().buffers.length, 3, "buffers");
    if (small[0]?.buffer !== small[1]?.buffer || small[1]?.buffer === small[2]?.buffer)
      throw new Error("not in the first buffer with room");
    pool.free(large);
    const again = pool.allocate(2900);
    equal([again.buffer.size, pool.getStats().buffers.length], [3000, 3], "used again");
    await refused(pool, "ERR_OUT_OF_MEMORY", () => pool.allocate(3000), /buffers: 3$/);
    equal(pool.tryAllocate(3000), undefined, "tryAllocate");
    equal(pool.trim(), 0, "nothing is empty");
    for (const slice of [again, ...small]) pool.free(slice);
    equal(pool.trim(), 3000 + 2 * 4096, "trimmed");
    equal(pool.getStats().capacity, 0, "nothing is left");
    equal(await pool.ready, true, "ready");
    equal(pool.allocate(5000).buffer.size, 5000, "beyond bufferSize");
    if (pool.maxBuffers !== 3) throw new Error("maxBuffers");
  },

  async "units: uniform and storage offsets are aligned, and nothing is lost to padding"(open) {
    const device = await open();
    const pool = new GpuBufferPool(device, {
      usage: STORAGE | 0x40,
      bufferSize: 64 * 256,
      maxBuffers: 1,
    });
    equal(pool.unit, 256, "unit");
    const slices = Array.from({ length: 64 }, () => pool.allocate(200, { alignment: 4 }));
    equal(
      slices.map(({ offset }) => offset / 256),
      slices.map((_, i) => i),
      "offsets",
    );
    equal(pool.getStats().freeMemory, 0, "full");
    for (const slice of slices) pool.free(slice);
    pool.allocate(1);
    equal(pool.allocate(1, { alignment: 384 }).offset, 768, "least common multiple");
  },

  async "data of any length, anywhere that words allow"(open) {
    const { pool, slices, model, check } = await fragmented(await open());
    const [a, b, c] = slices;
    const bytes = Uint8Array.from({ length: 64 }, (_, i) => 255 - i);
    const put = (slice: GpuSlice, data: ArrayBufferView | ArrayBuffer, offset?: number) => {
      pool.write(slice, data, offset);
      const view = ArrayBuffer.isView(data)
        ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
        : new Uint8Array(data);
      (model.get(slice) as Uint8Array).set(view, offset);
    };
    put(a, new Float32Array([1, 2, 3]));
    put(a, new Uint16Array(bytes.buffer, 6, 8), 24);
    put(b, new DataView(bytes.buffer, 1, 8), 92);
    put(b, bytes.buffer, 8);
    put(c, bytes.subarray(3, 33));
    put(c, bytes.subarray(5, 7), 28);
    put(c, new Uint8Array(0));
    await check();
    await refused(pool, "ERR_DATA_TOO_LONG", () => pool.write(c, new Uint8Array(31)), /31 .*30/);
    await refused(pool, "ERR_DATA_TOO_LONG", () => pool.write(c, new Uint8Array(4), 28));
    await refused(pool, "ERR_DATA_TOO_LONG", () => pool.write(c, new Uint8Array(0), 32));
    await refused(pool, "ERR_NOT_ALIGNED", () => pool.write(c, new Uint8Array(4), 2), /of 4/);
    await refused(pool, "ERR_NOT_ALIGNED", () => pool.write(c, new Uint8Array(5)), /of 4/);
    await refused(pool, "ERR_NOT_AN_ARRAY", () => pool.write(c, [1, 2] as never));
    await refused(pool, "ERR_NOT_AN_ARRAY", () => pool.write(c, null as never));
    for (const offset of [-4, 0.5, NaN, 2 ** 53, "4", null])
      await refused(
        pool,
        typeof offset !== "number"
          ? "ERR_NOT_A_NUMBER"
          : offset === 2 ** 53
            ? "ERR_DATA_TOO_LONG"
            : "ERR_NOT_ALIGNED",
        () => pool.write(c, bytes.subarray(0, 4), offset as number),
      );
  },

  async "freed and foreign slices are refused"(open) {
    const device = await open();
    const { pool, slices, gone } = await fragmented(device);
    const other = await fragmented(device);
    await refused(
      pool,
      "ERR_DOUBLE_FREE",
      () => pool.free(gone),
      /400 bytes is gone: it was freed/,
    );
    await refused(pool, "ERR_DOUBLE_FREE", () => pool.freeAfterSubmit(gone));
    pool.freeAfterSubmit(slices[2]);
    await refused(pool, "ERR_DOUBLE_FREE", () => pool.free(slices[2]));
    await refused(pool, "ERR_NOT_ALLOCATED", () => pool.write(gone, new Uint8Array(4)));
    await refused(pool, "ERR_NOT_ALLOCATED", () => pool.defragment({ pinned: [gone] }));
    await refused(pool, "ERR_NOT_ALLOCATED", () => gone.buffer);
    await refused(pool, "ERR_NOT_ALLOCATED", () => gone.offset);
    await refused(pool, "ERR_NOT_ALLOCATED", () => gone.binding);
    equal([gone.live, gone.size], [false, 400], "what is still told");
    for (const foreign of [other.slices[0], {}, undefined, null, 400]) {
      const slice = foreign as GpuSlice;
      await refused(pool, "ERR_FOREIGN_SLICE", () => pool.free(slice));
      await refused(pool, "ERR_FOREIGN_SLICE", () => pool.freeAfterSubmit(slice));
      await refused(pool, "ERR_FOREIGN_SLICE", () => pool.write(slice, new Uint8Array(4)));
      await refused(pool, "ERR_FOREIGN_SLICE", () => pool.defragment({ pinned: [slice] }));
    }
    await other.check();
  },

  async "requests that no device or pool can meet"(open) {
    const device = await open();
    const { maxBufferSize } = device.limits;
    const { pool } = await fragmented(device);
    const words = /requiredLimits: \{ maxBufferSize: \d+ \}/;
    await refused(pool, "ERR_DEVICE_LIMIT", () => pool.allocate(maxBufferSize + 1), words);
    await refused(pool, "ERR_DEVICE_LIMIT", () => pool.tryAllocate(maxBufferSize + 1), words);
    await refused(pool, "ERR_DEVICE_LIMIT", () => pool.grow(maxBufferSize + 1), words);
    const tooLarge = { ...MESHES, bufferSize: maxBufferSize + 1 };
    await refused(pool, "ERR_DEVICE_LIMIT", () => new GpuBufferPool(device, tooLarge), words);
    const full =
      /requested 4000 at a multiple of 20, largest free block 3524, free 3924 .*buffers: 1$/;
    await refused(pool, "ERR_OUT_OF_MEMORY", () => pool.allocate(4000, { alignment: 20 }), full);
    await refused(pool, "ERR_OUT_OF_MEMORY", () => pool.allocate(5000));
    for (const usage of [1, 2, VERTEX | 1])
      await refused(
        pool,
        "ERR_BAD_USAGE",
        () => new GpuBufferPool(device, { ...MESHES, usage }),
        /MAP_READ/,
      );
    const several = await fragmented(device, { maxBuffers: 2 });
    await refused(several.pool, "ERR_NOT_SINGLE_BUFFER", () => several.pool.grow(8192), /not 2/);
  },

  async "a buffer that does not exist is taken out of use"(open) {
    const device = await open();
    const pool = new GpuBufferPool(boasting(device), { ...MESHES, maxBuffers: 3 });
    equal(await pool.ready, true, "the first");
    const small = pool.allocate(16);
    const large = pool.allocate(2 ** 33, { label: "large" });
    equal([large.live, small.live], [true, true], "nobody knows yet");
    equal(await pool.ready, false, "the second");
    equal([large.live, small.live], [false, true], "now it is known");
    equal(pool.getStats().buffers.length, 1, "buffers");
    await refused(
      pool,
      "ERR_BUFFER_NOT_CREATED",
      () => pool.write(large, new Uint8Array(4)),
      /"large" of 8589934592 bytes .*8589934592 bytes could not be created: ./,
    );
    await refused(pool, "ERR_BUFFER_NOT_CREATED", () => large.buffer);
    await refused(pool, "ERR_BUFFER_NOT_CREATED", () => pool.free(large));
    equal(await pool.ready, true, "nothing is under way");
    pool.write(small, new Uint8Array(16));

    const single = await fragmented(boasting(device));
    await refused(single.pool, "ERR_BUFFER_NOT_CREATED", () => single.pool.grow(2 ** 33));
    await single.check();
    await single.pool.grow(8192);
    await single.check();
  },

  async "without memory for the scratch buffer nothing moves"(open) {
    const device = await open();
    const pool = new GpuBufferPool(boasting(device), { ...MESHES, scratchSize: 2 ** 33 });
    equal(await pool.ready, false, "ready");
    const slice = pool.allocate(16);
    const second = pool.allocate(16);
    pool.free(slice);
    await refused(pool, "ERR_BUFFER_NOT_CREATED", () => pool.defragment());
    equal(second.offset, 16, "place");
    await pool.ready;
  },

  async "a lost device is told by every call that needs one"(open) {
    const calls: Record<string, (pool: GpuBufferPool, slice: GpuSlice) => unknown> = {
      allocate: (pool) => pool.allocate(4),
      tryAllocate: (pool) => pool.tryAllocate(4),
      write: (pool, slice) => pool.write(slice, new Uint8Array(4)),
      defragment: (pool) => pool.defragment(),
      grow: (pool) => pool.grow(8192),
    };
    const device = await open();
    const { pool, slices } = await fragmented(device);
    const growing = pool.grow(9000).then(
      () => "grown",
      (error) => error.code,
    );
    equal(pool.lost, undefined, "not lost yet");
    device.destroy();
    await device.lost;
    equal(await growing, "ERR_DEVICE_LOST", "a grow that was under way");
    equal(pool.lost?.reason, "destroyed", "lost");
    const figures = JSON.stringify(pool.getStats());
    for (const [name, call] of Object.entries(calls)) {
      let code: unknown;
      try {
        await call(pool, slices[0]);
      } catch (error) {
        code = (error as { code?: unknown }).code;
      }
      equal(code, "ERR_DEVICE_LOST", name);
      equal(JSON.stringify(pool.getStats()), figures, `the figures after ${name}`);
    }
    pool.free(slices[0]);
    pool.freeAfterSubmit(slices[1]);
    pool.submitted();
    equal([...pool.blocks()].length, 1, "freeing still works");
    equal(await pool.ready, true, "no buffer is said to be missing");
    pool.free(slices[2]);
    equal(pool.trim(), 4096, "so does trimming");
    pool.destroy();
  },

  async "a device lost at any moment: no call breaks, and the books stay right"(open) {
    const steps = 12;
    for (let lostAt = 0; lostAt < steps; lostAt++) {
      const device = await open();
      const next = randomFrom(lostAt + 1);
      const { pool } = await fragmented(device, { bufferSize: 8192 });
      for (let step = 0; step < steps; step++) {
        if (step === lostAt) device.destroy();
        try {
          // The first calls after destroy() still meet a device that is not known to be lost.
          const slice = pool.allocate(4 + Math.floor(next() * 200));
          pool.write(slice, new Uint8Array(4));
          const encoder = device.createCommandEncoder();
          pool.defragment(step % 3 === 0 ? { encoder } : {});
          if (step % 3 === 0) {
            device.queue.submit([encoder.finish()]);
            pool.submitted();
          }
          if (step % 2 === 0) pool.free(slice);
          if (step % 4 === 0) await pool.grow(pool.bufferSize + 4);
        } catch (error) {
          equal((error as { code?: unknown }).code, "ERR_DEVICE_LOST", `step ${step}`);
        }
      }
      await device.lost;
      const used = [...pool.blocks()].reduce((sum, { size }) => sum + Math.ceil(size / 4) * 4, 0);
      const { capacity, freeMemory } = pool.getStats();
      equal(capacity - freeMemory, used, "bytes in use");
      for (const slice of [...pool.blocks()]) pool.free(slice);
      pool.trim();
      pool.destroy();
    }
  },

  async "after destroy nothing works, and nothing is kept"(open) {
    const { pool, slices } = await fragmented(await open());
    const { buffer } = slices[0];
    pool.freeAfterSubmit(slices[1]);
    pool.destroy();
    pool.destroy();
    const dead = {
      allocate: () => pool.allocate(4),
      free: () => pool.free(slices[0]),
      freeAfterSubmit: () => pool.freeAfterSubmit(slices[0]),
      write: () => pool.write(slices[0], new Uint8Array(4)),
      defragment: () => pool.defragment(),
      grow: () => pool.grow(8192),
      trim: () => pool.trim(),
      submitted: () => pool.submitted(),
      blocks: () => [...pool.blocks()],
      getStats: () => pool.getStats(),
      report: () => pool.report(),
    };
    for (const [name, call] of Object.entries(dead)) {
      let code: unknown;
      try {
        await call();
      } catch (error) {
        code = (error as { code?: unknown }).code;
      }
      equal(code, "ERR_DISPOSED", name);
    }
    equal(slices[0].live, false, "live");
    try {
      void slices[0].buffer;
      throw new Error("its buffer can still be had");
    } catch (error) {
      equal((error as { code?: unknown }).code, "ERR_NOT_ALLOCATED", "buffer");
    }
    equal(await pool.ready, true, "ready");
    void buffer;
  },
};
