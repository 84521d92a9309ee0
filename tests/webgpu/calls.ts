// Scenarios: what every call takes, refuses and tells.

import { GpuBufferPool, type GpuSlice } from "../../src/webgpu/index.ts";
import { equal, fragmented, MESHES, refused, type Scenario, STORAGE } from "./scenario.ts";

export const CALLS: Readonly<Record<string, Scenario>> = {
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
};
