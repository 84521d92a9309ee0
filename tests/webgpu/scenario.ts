// What the scenarios of a pool share.

import {
  GpuBufferPool,
  type GpuBufferPoolOptions,
  type GpuSlice,
  type GpuSliceOptions,
} from "../../src/webgpu/index.ts";
import { readBack, verify } from "./random-run.ts";

export type OpenDevice = () => Promise<GPUDevice>;
export type Scenario = (open: OpenDevice) => Promise<unknown>;

/** `SEED=…` repeats a run in Node; the seed is part of every tally and of every failure. */
export const seed = Number(globalThis.process?.env?.SEED) || Date.now() & 0x7fffffff;

export const VERTEX = 0x20;
export const STORAGE = 0x80;
export const MESHES: GpuBufferPoolOptions = {
  usage: VERTEX,
  bufferSize: 4096,
  maxBuffers: 1,
  label: "meshes",
};

export function equal(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a}, expected ${b}`);
}

/** Places and contents: nothing that an error may change. */
export async function stateOf(pool: GpuBufferPool): Promise<string> {
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
export async function refused(
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
export async function fragmented(device: GPUDevice, options: Partial<GpuBufferPoolOptions> = {}) {
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
export function boasting(device: GPUDevice): GPUDevice {
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
