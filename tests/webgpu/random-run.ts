// Random operations on a pool, against a model of every slice's bytes. The same run works on the fake device, in Node on
// a software driver and in a browser: it throws when anything differs, and returns what it did.

import { GpuBufferPool, type GpuBufferPoolOptions, type GpuSlice } from "../../src/webgpu/index.ts";

export interface Run {
  readonly name: string;
  readonly seed: number;
  readonly operations: number;
  /** Whole buffers are read back and compared after so many operations. */
  readonly verifyEvery: number;
  readonly options: GpuBufferPoolOptions;
  readonly largest: number;
  readonly grows?: boolean;
}

export interface Tally {
  readonly seed: number;
  readonly operations: number;
  readonly allocated: number;
  readonly refused: number;
  readonly written: number;
  readonly freed: number;
  readonly defragmented: number;
  readonly moved: number;
  readonly copies: number;
  readonly grown: number;
  readonly trimmed: number;
  readonly verified: number;
}

const VERTEX = 0x20;
const STORAGE = 0x80;
const UNIFORM = 0x40;
const KIB = 1024;

/** The runs of one suite; `scale` multiplies the number of operations: 1 makes 100,000 in all. */
export function runs(scale: number, seed: number): Run[] {
  const count = (operations: number) => Math.round(operations * scale);
  return [
    {
      name: "one vertex buffer that grows",
      seed,
      operations: count(40_000),
      verifyEvery: 400,
      options: { usage: VERTEX, bufferSize: 32 * KIB, maxBuffers: 1, scratchSize: 4 * KIB },
      largest: 2000,
      grows: true,
    },
    {
      name: "many small buffers",
      seed: seed + 1,
      operations: count(30_000),
      verifyEvery: 400,
      options: { usage: VERTEX, bufferSize: 16 * KIB, maxBuffers: 8, policy: "best-fit" },
      largest: 12_000,
    },
    {
      name: "storage and uniform, a scratch buffer of one unit",
      seed: seed + 2,
      operations: count(20_000),
      verifyEvery: 400,
      options: { usage: STORAGE | UNIFORM, bufferSize: 96 * KIB, maxBuffers: 2, scratchSize: 1 },
      largest: 3000,
    },
    {
      name: "next fit, one buffer without growth",
      seed: seed + 3,
      operations: count(10_000),
      verifyEvery: 400,
      options: { usage: VERTEX, bufferSize: 24 * KIB, maxBuffers: 1, policy: "next-fit" },
      largest: 1500,
    },
  ];
}

/** Pseudo-random numbers in [0, 1): xorshift32. */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed, 2654435761) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** What one buffer holds now. */
export async function readBack(device: GPUDevice, buffer: GPUBuffer): Promise<Uint8Array> {
  const { size } = buffer;
  const staging = device.createBuffer({ size, usage: 0x1 | 0x8 });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(1);
  const bytes = new Uint8Array(staging.getMappedRange()).slice();
  staging.unmap();
  staging.destroy();
  return bytes;
}

/** Throw unless every slice holds its bytes, at its alignment, and no two overlap. */
export async function verify(
  device: GPUDevice,
  pool: GpuBufferPool,
  model: ReadonlyMap<GpuSlice, Uint8Array>,
  when: string,
): Promise<void> {
  const listed = [...pool.blocks()];
  const fail = (what: string) => {
    throw new Error(`${when}: ${what}`);
  };
  if (listed.length !== model.size) fail(`${listed.length} blocks, not ${model.size}`);
  const contents = new Map<GPUBuffer, Uint8Array>();
  for (const { buffer } of listed)
    if (!contents.has(buffer)) contents.set(buffer, await readBack(device, buffer));
  let last: GpuSlice | undefined;
  for (const slice of listed) {
    const { buffer, offset, size, label } = slice;
    if (offset % slice.alignment !== 0 || offset % pool.unit !== 0)
      fail(`"${label}" at ${offset}, which is not aligned`);
    if (last?.buffer === buffer && last.offset + last.size > offset) fail(`"${label}" overlaps`);
    last = slice;
    const bytes = (contents.get(buffer) as Uint8Array).subarray(offset, offset + size);
    const expected = model.get(slice) ?? fail(`"${label}" is unknown`);
    for (let i = 0; i < size; i++)
      if (bytes[i] !== (expected as Uint8Array)[i])
        fail(`byte ${i} of "${label}" (${size} bytes at ${offset}) is ${bytes[i]}`);
  }
}

/** Carries out a run. */
export async function randomRun(device: GPUDevice, run: Run): Promise<Tally> {
  const random = randomFrom(run.seed);
  const upTo = (limit: number) => Math.floor(random() * limit);
  const pool = new GpuBufferPool(device, { label: run.name, ...run.options });
  const fail = (what: string): never => {
    throw new Error(`${run.name}, seed ${run.seed}: ${what}`);
  };
  if (!(await pool.ready)) fail("the device has no memory");

  const model = new Map<GpuSlice, Uint8Array>();
  const live: GpuSlice[] = [];
  const tally = {
    ...{
      seed: run.seed,
      operations: run.operations,
      allocated: 0,
      refused: 0,
      written: 0,
      freed: 0,
    },
    ...{ defragmented: 0, moved: 0, copies: 0, grown: 0, trimmed: 0, verified: 0 },
  };
  const take = () => {
    const i = upTo(live.length);
    const slice = live[i] as GpuSlice;
    live[i] = live[live.length - 1] as GpuSlice;
    live.pop();
    const bytes = model.get(slice) as Uint8Array;
    model.delete(slice);
    tally.freed++;
    return { slice, bytes };
  };
  const noise = (length: number) => {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = random() * 256;
    return bytes;
  };

  const allocate = () => {
    const size = Math.ceil(run.largest ** random());
    const alignment = [1, 4, 12, 20, 28, 256][upTo(6)] as number;
    const label = `mesh ${tally.allocated}`;
    const slice = pool.tryAllocate(size, { alignment, label });
    if (!slice) {
      tally.refused++;
      return;
    }
    const bytes = noise(size);
    pool.write(slice, bytes);
    model.set(slice, bytes);
    live.push(slice);
    tally.allocated++;
  };

  const write = () => {
    const slice = live[upTo(live.length)];
    if (!slice) return;
    const offset = 4 * upTo(Math.ceil(slice.size / 4));
    const rest = slice.size - offset;
    const data = noise(random() < 0.5 ? rest : Math.min(rest, 4 * upTo(rest / 4)));
    if (offset + data.length < slice.size && data.length % 4 !== 0) return;
    pool.write(slice, data, offset);
    (model.get(slice) as Uint8Array).set(data, offset);
    tally.written++;
  };

  /** Frees slices that recorded commands read, and does other things before these are submitted. */
  const freeAfterSubmit = async () => {
    const { slice, bytes } = take();
    const size = Math.ceil(slice.size / 4) * 4;
    const target = device.createBuffer({ size, usage: 0x4 | 0x8 });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(slice.buffer, slice.offset, target, 0, size);
    pool.freeAfterSubmit(slice);
    if (slice.live) fail("a freed slice is live");
    for (let i = 0; i < 4; i++) random() < 0.6 ? allocate() : write();
    if (random() < 0.5) defragment(false); // submitted() would free the slice too early
    allocate();
    device.queue.submit([encoder.finish()]);
    pool.submitted();
    const read = await readBack(device, target);
    target.destroy();
    for (let i = 0; i < bytes.length; i++)
      if (read[i] !== bytes[i]) fail("recorded commands saw other bytes");
  };

  const defragment = (mayRecord = true) => {
    const places = live.map((slice) => [slice, slice.buffer, slice.offset] as const);
    const pinned = live.filter(() => random() < 0.05);
    const isRecorded = mayRecord && random() < 0.3;
    const encoder = isRecorded ? device.createCommandEncoder() : undefined;
    const { moved, movedBytes, copies } = pool.defragment({
      ...(random() < 0.8 ? { maxBytes: 1 + upTo(8000) } : {}),
      ...(random() < 0.5 ? { pinned } : {}),
      ...(encoder ? { encoder } : {}),
    });
    if (encoder) {
      if (random() < 0.5 && live.length > 1) pool.free(take().slice);
      device.queue.submit([encoder.finish()]);
      pool.submitted();
    }
    tally.defragmented++;
    tally.moved += moved.length;
    tally.copies += copies;
    const changed = places.filter(
      ([slice, buffer, offset]) =>
        slice.live && (slice.buffer !== buffer || slice.offset !== offset),
    );
    const set = new Set(moved);
    if (set.size !== moved.length) fail("a slice is named twice");
    const stillLive = moved.filter((slice) => slice.live);
    if (changed.length !== stillLive.length || changed.some(([slice]) => !set.has(slice)))
      fail("`moved` does not name the slices that moved");
    if (moved.length > 0 !== movedBytes > 0) fail("`movedBytes` is wrong");
  };

  const grow = async () => {
    if (pool.bufferSize >= 256 * KIB) return;
    await pool.grow(pool.bufferSize + 4 * (1 + upTo(2000)));
    tally.grown++;
  };

  for (let step = 1; step <= run.operations; step++) {
    const die = random();
    // The pool is filled in one phase, keeps its level in the next, and is emptied in the third.
    const share = [0.5, 0.35, 0.15][Math.floor(step / 1500) % 3] as number;
    if (die < share || live.length === 0) allocate();
    else if (die < 0.62) write();
    else if (die < 0.93) pool.free(take().slice);
    else if (die < 0.94) await freeAfterSubmit();
    else if (die < 0.995) defragment();
    else if (die < 0.9965) {
      if (run.grows) await grow();
    } else if (pool.trim() > 0) tally.trimmed++;
    if (step % run.verifyEvery === 0 || step === run.operations) {
      await verify(device, pool, model, `${run.name}, seed ${run.seed}, step ${step}`);
      tally.verified++;
    }
  }
  for (let done = false; !done; ) ({ done } = pool.defragment({ maxBytes: 5000 }));
  await verify(device, pool, model, `${run.name}, seed ${run.seed}, at the end`);
  while (live.length > 0) pool.free(take().slice);
  const { freeMemory, capacity, liveBlockCount } = pool.getStats();
  if (freeMemory !== capacity || liveBlockCount !== 0) fail("not all is free at the end");
  pool.destroy();
  return tally;
}
