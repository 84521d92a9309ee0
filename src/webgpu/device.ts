// What the pool must know of a device: its limits, the alignment that a usage asks for, and whether it is lost.

import { ArgumentTypeError } from "../index.js";
import { GpuPoolError } from "./errors.js";

/** GPUBufferUsage, which is a global of browsers only. */
const MAP_READ_OR_WRITE = 0x1 | 0x2;
const COPY_SRC_AND_DST = 0x4 | 0x8;
const UNIFORM = 0x40;
const STORAGE = 0x80;
const QUERY_RESOLVE = 0x200;
const ALL = 0x3ff;

/** A loss, once there is one. */
interface Loss {
  info?: GPUDeviceLostInfo;
}

const losses = /* @__PURE__ */ new WeakMap<GPUDevice, Loss>();

/** Follows `device.lost`: once for a device, so that it does not keep pools alive. */
export function watchLoss(device: GPUDevice): Loss {
  let loss = losses.get(device);
  if (!loss) {
    const created: Loss = {};
    loss = created;
    losses.set(device, loss);
    device.lost.then((info) => {
      created.info = info;
    });
  }
  return loss;
}

/** The usage that the pool's buffers have: with the copies that writing and moving need. */
export function poolUsage(usage: number): number {
  if (!Number.isInteger(usage) || usage <= 0 || usage > ALL)
    throw new ArgumentTypeError(
      "ERR_BAD_OPTIONS",
      "usage must be a combination of GPUBufferUsage flags",
      "usage",
      usage,
    );
  if (usage & MAP_READ_OR_WRITE)
    throw new GpuPoolError(
      "ERR_BAD_USAGE",
      "usage must not have MAP_READ or MAP_WRITE: WebGPU allows no other use of a mappable buffer " +
        "besides one kind of copy, and no GPU command on any slice while one of them is mapped; " +
        "copy slices to and from a staging buffer instead",
      { usage },
    );
  return usage | COPY_SRC_AND_DST;
}

/** Every offset is a multiple of this many bytes: 4 for copies, more for what bindings and queries ask for. */
export function unitOf(usage: number, limits: GPUSupportedLimits): number {
  let unit = 4;
  if (usage & UNIFORM) unit = Math.max(unit, limits.minUniformBufferOffsetAlignment);
  if (usage & STORAGE) unit = Math.max(unit, limits.minStorageBufferOffsetAlignment);
  if (usage & QUERY_RESOLVE) unit = Math.max(unit, 256);
  return unit;
}

/** Throw if no buffer can be so large. */
export function checkBufferSize(device: GPUDevice, size: number): void {
  const { maxBufferSize } = device.limits;
  if (size <= maxBufferSize) return;
  throw new GpuPoolError(
    "ERR_DEVICE_LIMIT",
    `a buffer of ${size} bytes is above the device's maxBufferSize of ${maxBufferSize}; where adapter.limits ` +
      `allow it, ask for more by requestDevice({ requiredLimits: { maxBufferSize: ${size} } })`,
    { limit: "maxBufferSize", requested: size, allowed: maxBufferSize },
  );
}

/**
 * A buffer, and the promise of what is wrong with it: `createBuffer` itself does not throw when memory is out or
 * the usage is wrong. On a lost device nothing is said to be wrong.
 */
export function createBuffer(
  device: GPUDevice,
  label: string,
  size: number,
  usage: number,
): { buffer: GPUBuffer; problem: Promise<GpuPoolError | undefined> } {
  device.pushErrorScope("validation");
  device.pushErrorScope("out-of-memory");
  let buffer: GPUBuffer;
  let errors: Promise<GPUError | null>[];
  try {
    buffer = device.createBuffer({ label, size, usage });
  } finally {
    // On a lost device this may reject.
    errors = [device.popErrorScope(), device.popErrorScope()].map((scope) =>
      scope.catch(() => null),
    );
  }
  const problem = Promise.all(errors).then((found) => {
    const error = found.find((one) => one !== null);
    if (!error) return undefined;
    return new GpuPoolError(
      "ERR_BUFFER_NOT_CREATED",
      `a buffer of ${size} bytes could not be created: ${error.message}`,
      { requested: size },
    );
  });
  return { buffer, problem };
}
