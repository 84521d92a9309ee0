// What the pool must know of a device: its limits, the alignment that a usage asks for, and whether a buffer that was
// created really exists.

import { GpuPoolError } from "./errors.js";

/** GPUBufferUsage, which is a global of browsers only. */
export enum Usage {
  MAP_READ_OR_WRITE = 0x1 | 0x2,
  COPY_SRC_AND_DST = 0x4 | 0x8,
  UNIFORM = 0x40,
  STORAGE = 0x80,
  QUERY_RESOLVE = 0x200,
}

/** The next multiple of `unit`. */
export const roundUp = (bytes: number, unit: number): number => Math.ceil(bytes / unit) * unit;

/** Every offset is a multiple of this many bytes: 4 for copies, more for what bindings and queries ask for. */
export function unitOf(usage: number, limits: GPUSupportedLimits): number {
  if (usage & Usage.MAP_READ_OR_WRITE)
    throw new GpuPoolError("ERR_BAD_USAGE", "usage must not have MAP_READ or MAP_WRITE", { usage });
  return Math.max(
    4,
    usage & Usage.UNIFORM && limits.minUniformBufferOffsetAlignment,
    usage & Usage.STORAGE && limits.minStorageBufferOffsetAlignment,
    usage & Usage.QUERY_RESOLVE && 256,
  );
}

/** A buffer that was created, and what is known of it. */
export interface Created {
  readonly buffer: GPUBuffer;
  /** Null once the device has said that it exists; or why it does not. */
  state?: null | GpuPoolError;
  /** Resolves to that state; to undefined when the device was lost before it said anything. */
  readonly settled: Promise<Created["state"]>;
}

/** What the buffers of a pool have in common. */
interface BufferOptions {
  readonly device: GPUDevice;
  readonly label: string;
  readonly usage: number;
}

/** A new buffer: `createBuffer` itself does not throw when memory is out, only error scopes tell. */
export function createBuffer({ device, label, usage }: BufferOptions, size: number): Created {
  device.pushErrorScope("validation");
  device.pushErrorScope("out-of-memory");
  const created: Created = {
    buffer: device.createBuffer({ size, label, usage }),
    settled: Promise.all([device.popErrorScope(), device.popErrorScope()])
      .catch(() => []) // as a lost device may
      .then(([memory, validation]) => {
        const error = memory ?? validation;
        created.state =
          error &&
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
