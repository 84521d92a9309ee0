// What the pool must know of a device: its limits, the alignment that a usage asks for, and whether a buffer that was
// created really exists.

import { GpuPoolError } from "./errors.js";

/** GPUBufferUsage, which is a global of browsers only. */
const MAP_READ_OR_WRITE = 0x1 | 0x2;
export const COPY_SRC_AND_DST = 0x4 | 0x8;
const UNIFORM = 0x40;
const STORAGE = 0x80;
const QUERY_RESOLVE = 0x200;

/** The next multiple of `unit`. */
export const roundUp = (bytes: number, unit: number): number => Math.ceil(bytes / unit) * unit;

/** Every offset is a multiple of this many bytes: 4 for copies, more for what bindings and queries ask for. */
export function unitOf(usage: number, limits: GPUSupportedLimits): number {
  if (usage & MAP_READ_OR_WRITE)
    throw new GpuPoolError(
      "ERR_BAD_USAGE",
      "usage must not have MAP_READ or MAP_WRITE, which WebGPU allows with COPY only",
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
      `a buffer of ${size} bytes needs a device with requiredLimits: { maxBufferSize: ${size} }; this one allows ${maxBufferSize}`,
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

/** What the buffers of a pool have in common. */
interface BufferOptions {
  readonly device: GPUDevice;
  readonly label: string;
  readonly usage: number;
}

/** A new buffer: `createBuffer` itself does not throw when memory is out, only error scopes tell. */
export function createBuffer(
  { device, label, usage }: BufferOptions,
  size: number,
  purpose = "",
): Created {
  device.pushErrorScope("validation");
  device.pushErrorScope("out-of-memory");
  const buffer = device.createBuffer({ label: label + purpose, size, usage });
  const created: Created = {
    buffer,
    settled: Promise.all([device.popErrorScope(), device.popErrorScope()])
      .catch(() => []) // as a lost device may
      .then(([memory, validation]) => {
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
