// Scenarios: slices that are gone, and devices that cannot, or no longer.

import { GpuBufferPool, type GpuSlice } from "../../src/webgpu/index.ts";
import { randomFrom } from "./random-run.ts";
import { boasting, equal, fragmented, MESHES, refused, type Scenario, VERTEX } from "./scenario.ts";

export const FAILING: Readonly<Record<string, Scenario>> = {
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
