// What is measured: 10,000 meshes of 256 bytes to 16 KB are made, uploaded and drawn; then in every frame 1 % of them
// are replaced by others. The same sizes and bytes for every store; what the GPU then holds is read back and compared.

import { Random } from "../random.ts";
import { BUFFER_BYTES, type MeshStore, STRIDE } from "./stores.ts";

export const MESHES = 10_000;
const REPLACED = MESHES / 100;
const LARGEST = 16_384;

/** Milliseconds, unless they say bytes. */
export interface Figures {
  /** Making room for all meshes. */
  readonly create: number;
  /** Writing them, until the queue has done it. */
  readonly upload: number;
  /** A frame that replaces 1 %: the calls alone, and until the queue has done it. */
  readonly frameCalls: number;
  readonly frame: number;
  /** Recording a pass that draws every mesh. */
  readonly record: number;
  /** Until all is given back. */
  readonly close: number;
  readonly bytesUsed: number;
  readonly bytesHeld: number;
  /** After the frames, and a defragmentation where there is one. */
  readonly bytesHeldAfter: number;
  readonly bytesUsedAfter: number;
  readonly refused: number;
}

/** A mesh of the scenario, and what it must hold. */
interface Made {
  readonly mesh: never;
  readonly size: number;
  readonly fill: number;
}

const sizeOf = (random: Random) => 4 * Math.ceil(64 * 64 ** (random.below(1e6) / 1e6));

/** Bytes of one buffer that has room for all, with a fifth to spare, in whole buffers of the pool. */
export function roomForAll(): number {
  const random = new Random(1);
  let sum = 0;
  for (let i = 0; i < MESHES; i++) sum += sizeOf(random);
  return Math.ceil((1.2 * sum) / BUFFER_BYTES) * BUFFER_BYTES;
}

async function readBack(device: GPUDevice, buffer: GPUBuffer): Promise<Uint8Array> {
  const { size } = buffer;
  const staging = device.createBuffer({
    size,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const bytes = new Uint8Array(staging.getMappedRange()).slice();
  staging.destroy();
  return bytes;
}

/** Throws unless every hundredth mesh holds its bytes. */
async function verify(device: GPUDevice, store: MeshStore<never>, all: readonly Made[]) {
  const contents = new Map<GPUBuffer, Uint8Array>();
  for (let i = 0; i < all.length; i += 100) {
    const { mesh, size, fill } = all[i] as Made;
    const { buffer, offset } = store.placeOf(mesh);
    const bytes = contents.get(buffer) ?? (await readBack(device, buffer));
    contents.set(buffer, bytes);
    if (bytes.subarray(offset, offset + size).some((byte) => byte !== fill))
      throw new Error(`mesh ${i} of ${size} bytes at ${offset} does not hold ${fill}`);
  }
}

/** A pipeline that takes positions and draws next to nothing: recording is what is measured. */
export function drawing(device: GPUDevice) {
  const module = device.createShaderModule({
    code: `@vertex fn v(@location(0) at: vec3f) -> @builtin(position) vec4f { return vec4f(at, 1.0); }
           @fragment fn f() -> @location(0) vec4f { return vec4f(1.0); }`,
  });
  const pipeline = device.createRenderPipeline({
    layout: "auto",
    vertex: {
      module,
      buffers: [
        {
          arrayStride: STRIDE,
          attributes: [{ shaderLocation: 0, offset: 0, format: "float32x3" }],
        },
      ],
    },
    fragment: { module, targets: [{ format: "rgba8unorm" }] },
  });
  const texture = device.createTexture({
    size: [16, 16],
    format: "rgba8unorm",
    usage: GPUTextureUsage.RENDER_ATTACHMENT,
  });
  return { pipeline, view: texture.createView() };
}

/** Milliseconds to record a pass that draws every mesh, one triangle of each. */
function record(
  device: GPUDevice,
  { pipeline, view }: ReturnType<typeof drawing>,
  store: MeshStore<never>,
  all: readonly Made[],
): number {
  const began = performance.now();
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginRenderPass({
    colorAttachments: [{ view, loadOp: "clear", storeOp: "store" }],
  });
  pass.setPipeline(pipeline);
  let bound: GPUBuffer | undefined;
  for (const { mesh } of all) {
    const { buffer, offset } = store.placeOf(mesh);
    if (buffer !== bound) {
      pass.setVertexBuffer(0, buffer);
      bound = buffer;
    }
    pass.draw(3, 1, offset / STRIDE);
  }
  pass.end();
  const commands = encoder.finish();
  const took = performance.now() - began;
  device.queue.submit([commands]);
  return took;
}

export async function run(
  device: GPUDevice,
  draws: ReturnType<typeof drawing>,
  open: (device: GPUDevice, size: number) => MeshStore<never>,
  frames: number,
): Promise<Figures> {
  const random = new Random(1);
  const data = new Uint8Array(LARGEST);
  const { queue } = device;
  const sizes = Array.from({ length: MESHES }, () => sizeOf(random));
  let refused = 0;
  let fill = 0;
  const began = performance.now();
  const store = open(device, roomForAll());
  const all: Made[] = [];
  for (const size of sizes) {
    const mesh = store.add(size);
    if (mesh === undefined) refused++;
    else all.push({ mesh, size, fill: ++fill & 255 });
  }
  const create = performance.now() - began;
  await queue.onSubmittedWorkDone();

  const writeAt = performance.now();
  for (const { mesh, size, fill } of all)
    store.write(mesh, data.fill(fill, 0, size).subarray(0, size));
  queue.submit([]);
  await queue.onSubmittedWorkDone();
  const upload = performance.now() - writeAt;
  const used = () => all.reduce((sum, { size }) => sum + size, 0);
  const [bytesUsed, bytesHeld] = [used(), store.held()];
  await verify(device, store, all);

  const recorded: number[] = [];
  let calls = 0;
  let whole = 0;
  for (let frame = 0; frame < frames; frame++) {
    const start = performance.now();
    for (let i = 0; i < REPLACED; i++) {
      const at = random.below(all.length);
      const { mesh } = all[at] as Made;
      store.remove(mesh);
      const size = sizeOf(random);
      const next = store.add(size);
      if (next === undefined) {
        refused++;
        all[at] = all.at(-1) as Made;
        all.pop();
        continue;
      }
      const made = { mesh: next, size, fill: ++fill & 255 };
      all[at] = made;
      store.write(next, data.fill(made.fill, 0, size).subarray(0, size));
    }
    calls += performance.now() - start;
    queue.submit([]);
    await queue.onSubmittedWorkDone();
    whole += performance.now() - start;
    if (frame % 20 === 0) {
      recorded.push(record(device, draws, store, all));
      await queue.onSubmittedWorkDone();
    }
  }
  await verify(device, store, all);
  store.compact?.();
  await verify(device, store, all);
  const [bytesUsedAfter, bytesHeldAfter] = [used(), store.held()];

  const closeAt = performance.now();
  store.close();
  await queue.onSubmittedWorkDone();
  const close = performance.now() - closeAt;
  return {
    ...{ create, upload, close, refused, bytesUsed, bytesHeld, bytesUsedAfter, bytesHeldAfter },
    frameCalls: calls / frames,
    frame: whole / frames,
    record: recorded.sort((a, b) => a - b)[Math.floor(recorded.length / 2)] as number,
  };
}
