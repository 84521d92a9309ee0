// A GpuBufferPool that is recorded: what the recording says is live must be what the pool says, at every moment.

import { type RecordedBlock, readRecording, record, recordingOf } from "suballoc/record";
import { GpuBufferPool, type GpuBufferPoolOptions, type GpuSlice } from "suballoc/webgpu";
import { expect, test } from "vitest";
import { randomFrom, seed } from "../support/seed.ts";
import { FakeDevice } from "../webgpu/fake-device.ts";

/** Blocks that are live at the end of a recording, by address, and its capacity. */
function endOf(bytes: Uint8Array) {
  const live = new Map<number, RecordedBlock>();
  let capacity = 0;
  const counts = { moves: 0, refusals: 0, unknown: 0 };
  const info = readRecording(bytes, {
    allocate: (block) => live.set(block.address, { ...block }),
    free: ({ id }) => {
      for (const [address, block] of live) if (block.id === id) live.delete(address);
    },
    move(block, from) {
      counts.moves++;
      live.delete(from);
      live.set(block.address, { ...block });
    },
    refuse: () => counts.refusals++,
    unknown: () => counts.unknown++,
    capacity: (bytes) => {
      capacity = bytes;
    },
  });
  return { live, counts, capacity: Math.max(capacity, info.capacity), info };
}

/** No two recorded blocks overlap, and none lies beyond the capacity. */
function expectApart({ live, capacity }: ReturnType<typeof endOf>): void {
  let end = 0;
  for (const { address, size } of [...live.values()].sort((a, b) => a.address - b.address)) {
    expect(address).toBeGreaterThanOrEqual(end);
    end = address + size;
  }
  expect(end).toBeLessThanOrEqual(capacity);
}

/** A block, or a slice, whose size is recorded as what it occupies. */
const describe = ({ size, label, alignment }: { size: number; label: string; alignment: number }) =>
  `${4 * Math.ceil(size / 4)} ${alignment} ${label}`;

const OPTIONS: Record<string, Partial<GpuBufferPoolOptions>> = {
  "one buffer that grows": { maxBuffers: 1 },
  "several buffers": { maxBuffers: 4 },
};

test.each(Object.entries(OPTIONS))(
  "%s: the recording ends as the pool does",
  async (_, options) => {
    const random = randomFrom(seed);
    const device = new FakeDevice();
    const pool = record(
      new GpuBufferPool(device.gpu, { usage: 0x20, bufferSize: 4096, label: "pool", ...options }),
    );
    expect(pool).toBeInstanceOf(GpuBufferPool);
    await pool.ready;
    const live: GpuSlice[] = [];
    const take = () => live.splice(random(live.length), 1)[0] as GpuSlice;
    let moved = 0;
    for (let step = 0; step < 1500; step++) {
      const die = random(100);
      if (die < 50 || live.length === 0) {
        const alignment = [1, 12, 20][random(3)] as number;
        const slice = pool.tryAllocate(1 + random(die === 0 ? 3000 : 300), {
          alignment,
          label: `label ${random(5)}`,
        });
        if (slice) live.push(slice);
      } else if (die < 80) pool.free(take());
      else if (die < 88) pool.freeAfterSubmit(take());
      else if (die < 92) pool.submitted();
      else if (die < 97) moved += pool.defragment({ maxBytes: 1 + random(2000) }).moved.length;
      else if (die < 98) pool.trim();
      else if (options.maxBuffers === 1 && pool.bufferSize < 20_000)
        await pool.grow(pool.bufferSize + 4 * (1 + random(300)));
      if (random(20) === 0) await pool.ready;
      if (step % 100 !== 99) continue;
      pool.submitted();
      const end = endOf(recordingOf(pool).save());
      expectApart(end);
      expect([...end.live.values()].map(describe).sort()).toEqual(live.map(describe).sort());
      expect(end.counts.unknown).toBe(0);
      expect(end.counts.moves).toBe(moved);
    }
    expect(moved).toBeGreaterThan(50);
    // Until it is full: whether a random request is refused depends on the seed.
    while (pool.tryAllocate(1000));
    const { info, counts, capacity } = endOf(recordingOf(pool).save());
    expect([info.name, info.granularity]).toEqual(["GpuBufferPool", 4]);
    expect(counts.refusals).toBeGreaterThan(0);
    if (options.maxBuffers === 1) expect(capacity).toBe(pool.bufferSize);
    pool.destroy();
    expect(recordingOf(pool).active).toBe(false);
  },
);

test("a slice kept until submitted() is live until then, and errors go through", async () => {
  const device = new FakeDevice();
  const whole = new GpuBufferPool(device.gpu, { usage: 0x20, bufferSize: 100, maxBuffers: 1 });
  const before = whole.allocate(10, { label: "before" });
  const pool = record(whole);
  const slice = pool.allocate(20);
  pool.freeAfterSubmit(slice);
  expect(() => pool.free(slice)).toThrow(/was freed/);
  expect(() => pool.allocate(90)).toThrow(/insufficient/);
  const sizes = () => [...endOf(recordingOf(pool).save()).live.values()].map(({ size }) => size);
  expect(sizes()).toEqual([12, 20]);
  pool.submitted();
  expect(sizes()).toEqual([12]);
  pool.free(before);
  expect(sizes()).toEqual([]);
  await expect(pool.grow(50)).rejects.toThrow(/more than 100/);
  expect(endOf(recordingOf(pool).save()).counts).toEqual({ moves: 0, refusals: 1, unknown: 0 });
});

test("slices of a buffer that could not be made end", async () => {
  const device = new FakeDevice({ memory: 2200 });
  const pool = record(new GpuBufferPool(device.gpu, { usage: 0x20, bufferSize: 1000 }));
  const small = pool.allocate(400);
  const lost = pool.allocate(700);
  expect(await pool.ready).toBe(false);
  expect([small.live, lost.live]).toEqual([true, false]);
  pool.free(small);
  pool.trim();
  pool.allocate(100);
  const end = endOf(recordingOf(pool).save());
  expect([...end.live.values()].map(({ size }) => size)).toEqual([100]);
  expect(end.counts.unknown).toBe(0);
});
