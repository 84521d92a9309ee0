// What the pool must know of a device: its limits, the alignment that a usage asks for, and whether a buffer that was
// created really exists.

import { GpuPoolError } from "./errors.js";

/** GPUBufferUsage, which is a global of browsers only. */
const MAP_READ_OR_WRITE = 0x1 | 0x2;
export const COPY_SRC_AND_DST = 0x4 | 0x8;
const UNIFORM = 0x40;
const STORAGE = 0x80;
const QUERY_RESOLVE = 0x200;

/** Every offset is a multiple of this many bytes: 4 for copies, more for what bindings and queries ask for. */
export function unitOf(usage: number, limits: GPUSupportedLimits): number {
  if (usage & MAP_READ_OR_WRITE)
    throw new GpuPoolError(
      "ERR_BAD_USAGE",
      "usage must not have MAP_READ or MAP_WRITE, which WebGPU allows with COPY only: copy slices to or from a " +
        "staging buffer",
      { usage },
    );
  return Math.max(
    4,
    usage & UNIFORM && limits.minUniformBufferOffsetAlignment,
    usage & STORAGE && limits.minStorageBufferOffsetAlignment,
    usage & QUERY_RESOLVE && 256,
  );
}

/** Throw if no buffer can be so large. */
export function checkBufferSize(device: GPUDevice, size: number): void {
  const { maxBufferSize } = device.limits;
  if (size > maxBufferSize)
    throw new GpuPoolError(
      "ERR_DEVICE_LIMIT",
      `${size} bytes are more than the device's maxBufferSize of ${maxBufferSize}; if the adapter allows more, ` +
        `request a device with requiredLimits: { maxBufferSize: ${size} }`,
      { limit: "maxBufferSize", requested: size, allowed: maxBufferSize },
    );
}

/** A buffer that was created, and what is known of it. */
export interface Created {
  readonly buffer: GPUBuffer;
  /** Whether the device has said that it exists, or why it does not. */
  state?: true | GpuPoolError;
  /** Resolves to that state. On a lost device nothing is said to be wrong. */
  readonly settled: Promise<true | GpuPoolError>;
}

/** A new buffer: `createBuffer` itself does not throw when memory is out, only error scopes tell. */
export function createBuffer(
  device: GPUDevice,
  label: string,
  size: number,
  usage: number,
): Created {
  device.pushErrorScope("validation");
  device.pushErrorScope("out-of-memory");
  const buffer = device.createBuffer({ label, size, usage });
  // A lost device may reject.
  const told = () => device.popErrorScope().catch(() => null);
  const created: Created = {
    buffer,
    settled: Promise.all([told(), told()]).then(([memory, validation]) => {
      const error = memory ?? validation;
      created.state =
        !error ||
        new GpuPoolError(
          "ERR_BUFFER_NOT_CREATED",
          `a buffer of ${size} bytes could not be created: ${error.message}`,
          { requested: size },
        );
      return created.state;
    }),
  };
  return created;
}
