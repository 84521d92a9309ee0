// Scenarios: slices move together, and what the queue sees before and after.

import type { GpuSlice } from "../../src/webgpu/index.ts";
import { readBack } from "./random-run.ts";
import { equal, fragmented, refused, type Scenario } from "./scenario.ts";

export const MOVING: Readonly<Record<string, Scenario>> = {
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
};
