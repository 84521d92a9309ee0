// A consumer's TypeScript of the pool: what must type-check, and what must not.
import { GpuBufferPool, type GpuPoolStats, type GpuSlice } from "suballoc/webgpu";

export function draw(device: GPUDevice, pass: GPURenderPassEncoder): GpuPoolStats {
  const pool = new GpuBufferPool(device, { usage: 0x20, bufferSize: 1 << 20, label: "meshes" });
  const slice: GpuSlice = pool.allocate(100, { alignment: 20, label: "tree" });
  pool.write(slice, new Float32Array(25));
  pass.setVertexBuffer(0, slice.buffer, slice.offset, slice.size);
  const resource: GPUBufferBinding = slice.binding;
  const maybe: GpuSlice | undefined = pool.tryAllocate(4);
  const { moved, done } = pool.defragment({ maxBytes: 1 << 20, pinned: [slice] });
  if (done && maybe && resource.buffer === slice.buffer) pool.freeAfterSubmit(moved[0] ?? maybe);

  // @ts-expect-error: a pool needs a size
  new GpuBufferPool(device, { usage: 0x20 });
  // @ts-expect-error: a slice may be undefined here
  const certain: GpuSlice = pool.tryAllocate(4);
  // @ts-expect-error: only the pool moves slices
  slice.offset = 0;
  void certain;
  return pool.getStats();
}
