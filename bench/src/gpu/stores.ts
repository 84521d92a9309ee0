// Ways to keep thousands of meshes on a GPU, all on the same device.

import { GpuBufferPool, type GpuSlice } from "suballoc/webgpu";
import {
  BlockAllocator,
  type MemBlock,
} from "../../node_modules/playcanvas/build/playcanvas/src/core/block-allocator.js";

/** Where a mesh is now. */
export interface Place {
  readonly buffer: GPUBuffer;
  readonly offset: number;
}

export interface MeshStore<Mesh> {
  /** Room for a mesh of so many bytes; undefined if there is none. */
  add(size: number): Mesh | undefined;
  write(mesh: Mesh, data: Uint8Array<ArrayBuffer>): void;
  remove(mesh: Mesh): void;
  placeOf(mesh: Mesh): Place;
  /** Bytes of all GPU buffers. */
  held(): number;
  /** Moves meshes together, if it can, and gives back what is empty; the meshes stay valid. */
  compact?(): void;
  close(): void;
}

/** Bytes of a vertex: meshes begin at multiples of it, so that a buffer is bound once for all of them. */
export const STRIDE = 12;
const USAGE = GPUBufferUsage.VERTEX | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;

/** A buffer for each mesh: what one writes first. */
function ownBuffers(device: GPUDevice): MeshStore<GPUBuffer> {
  const buffers = new Set<GPUBuffer>();
  return {
    add(size) {
      const buffer = device.createBuffer({ size, usage: USAGE });
      buffers.add(buffer);
      return buffer;
    },
    write: (buffer, data) =>
      device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength),
    remove(buffer) {
      buffers.delete(buffer);
      buffer.destroy();
    },
    placeOf: (buffer) => ({ buffer, offset: 0 }),
    held: () => [...buffers].reduce((sum, { size }) => sum + size, 0),
    close() {
      for (const buffer of buffers) buffer.destroy();
    },
  };
}

/** Bytes of each buffer of the pool. */
const BUFFER = 16 << 20;

function pool(device: GPUDevice): MeshStore<GpuSlice> {
  const pool = new GpuBufferPool(device, { usage: USAGE, bufferSize: BUFFER });
  return {
    add: (size) => pool.tryAllocate(size, { alignment: STRIDE }),
    write: (slice, data) => pool.write(slice, data),
    remove: (slice) => pool.free(slice),
    placeOf: ({ buffer, offset }) => ({ buffer, offset }),
    held() {
      const { capacity, scratchSize } = pool.getStats();
      return capacity + scratchSize;
    },
    compact() {
      pool.defragment();
      pool.trim();
    },
    close: () => pool.destroy(),
  };
}

/** PlayCanvas's allocator keeps the books of one buffer of the size given, in vertices. Nothing is checked. */
function playcanvas(device: GPUDevice, size: number): MeshStore<MemBlock> {
  const buffer = device.createBuffer({ size, usage: USAGE });
  const allocator = new BlockAllocator(Math.floor(size / STRIDE));
  return {
    add: (bytes) => allocator.allocate(Math.ceil(bytes / STRIDE)) ?? undefined,
    write: (block, data) =>
      device.queue.writeBuffer(
        buffer,
        block.offset * STRIDE,
        data.buffer,
        data.byteOffset,
        data.byteLength,
      ),
    remove: (block) => allocator.free(block),
    placeOf: (block) => ({ buffer, offset: block.offset * STRIDE }),
    held: () => size,
    close: () => buffer.destroy(),
  };
}

/** By name; the first is what ratios are to. `size` is enough for all meshes, in whole pool buffers. */
export const STORES: Readonly<
  Record<string, (device: GPUDevice, size: number) => MeshStore<never>>
> = {
  "suballoc GpuBufferPool": pool as never,
  "a GPUBuffer for each mesh": ownBuffers as never,
  "one buffer, PlayCanvas BlockAllocator": playcanvas as never,
};
export const BUFFER_BYTES = BUFFER;
