// The meshes: each has two slices of the pool, and a place in the picture. Slices stay valid when the pool moves them,
// so nothing here knows of defragmentation.

import { GpuBufferPool, type GpuSlice } from "suballoc/webgpu";
import { makeMesh, STRIDE } from "./mesh.ts";

export interface Mesh {
  readonly vertices: GpuSlice;
  readonly indices: GpuSlice;
  readonly indexCount: number;
  /** Where it stands: its number in the grid of places, and in the buffer of instances. */
  readonly place: number;
}

/** Places in a row of the grid, and rows. */
export const ROW = 72;
/** Bytes of an instance: x, z, scale, angle as floats. */
const INSTANCE = 16;

export class Scene {
  readonly pool: GpuBufferPool;
  readonly instances: GPUBuffer;
  readonly meshes: Mesh[] = [];
  readonly #random: () => number;
  /** The places that are free, in random order. */
  readonly #places: number[];

  constructor(
    readonly device: GPUDevice,
    random: () => number,
  ) {
    this.#random = random;
    this.pool = new GpuBufferPool(device, {
      usage: GPUBufferUsage.VERTEX | GPUBufferUsage.INDEX,
      bufferSize: 4 << 20,
      maxBuffers: 1,
      label: "meshes",
    });
    this.#places = Array.from({ length: ROW * ROW }, (_, i) => i);
    for (let i = this.#places.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [this.#places[i], this.#places[j]] = [this.#places[j] as number, this.#places[i] as number];
    }
    this.instances = device.createBuffer({
      label: "instances",
      size: INSTANCE * ROW * ROW,
      usage: GPUBufferUsage.VERTEX | GPUBufferUsage.COPY_DST,
    });
  }

  /** Add a mesh. Returns "full" when the pool has no room for it, and "crowded" when the picture has not. */
  add(): "added" | "full" | "crowded" {
    const place = this.#places.at(-1);
    if (place === undefined) return "crowded";
    const data = makeMesh(this.#random);
    const { pool } = this;
    const vertices = pool.tryAllocate(data.vertices.byteLength, {
      alignment: STRIDE, // so that its first vertex has a whole number
      label: "vertices",
    });
    if (!vertices) return "full";
    const indices = pool.tryAllocate(data.indices.byteLength, { label: "indices" });
    if (!indices) {
      pool.free(vertices);
      return "full";
    }
    pool.write(vertices, data.vertices);
    pool.write(indices, data.indices);
    this.#places.pop();
    this.#stand(place);
    this.meshes.push({ vertices, indices, indexCount: data.indices.length, place });
    return "added";
  }

  /** Remove a random mesh. What the GPU is still drawing is not disturbed: the frame was submitted before. */
  remove(): boolean {
    const i = Math.floor(this.#random() * this.meshes.length);
    const [mesh, last] = [this.meshes[i], this.meshes.at(-1)];
    if (!mesh || !last) return false;
    this.meshes[i] = last;
    this.meshes.pop();
    this.pool.free(mesh.vertices);
    this.pool.free(mesh.indices);
    this.#places.unshift(mesh.place);
    return true;
  }

  #stand(place: number): void {
    const jitter = () => 0.5 * (this.#random() - 0.5);
    const x = (place % ROW) - ROW / 2 + jitter();
    const z = Math.floor(place / ROW) - ROW / 2 + jitter();
    const instance = new Float32Array([x, z, 1.2 + this.#random(), 6.28 * this.#random()]);
    this.device.queue.writeBuffer(this.instances, INSTANCE * place, instance);
  }
}
