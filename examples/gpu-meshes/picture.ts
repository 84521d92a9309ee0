// Draws every mesh of a scene: one pipeline, one vertex buffer, one index buffer, one loop of drawIndexed.

import { STRIDE } from "./mesh.ts";
import { ROW, type Scene } from "./scene.ts";

const SHADER = /* wgsl */ `
struct Frame { view: mat4x4f, time: f32 }
@group(0) @binding(0) var<uniform> frame: Frame;

struct Corner { @builtin(position) position: vec4f, @location(0) colour: vec3f }

@vertex fn place(
  @location(0) position: vec3f, @location(1) normal: vec4f, @location(2) colour: vec4f,
  @location(3) instance: vec4f,
) -> Corner {
  let angle = instance.w + 0.6 * frame.time;
  let turn = mat2x2f(cos(angle), sin(angle), -sin(angle), cos(angle));
  let at = turn * (position.xz * instance.z) + instance.xy;
  let facing = turn * normal.xz;
  let light = 0.8 + 0.4 * dot(normalize(vec3f(facing.x, normal.y, facing.y)), vec3f(0.4, 0.8, 0.45));
  var corner: Corner;
  corner.position = frame.view * vec4f(at.x, position.y * instance.z, at.y, 1.0);
  corner.colour = colour.rgb * light;
  return corner;
}

@fragment fn shade(corner: Corner) -> @location(0) vec4f {
  return vec4f(corner.colour, 1.0);
}`;

export class Picture {
  readonly #context: GPUCanvasContext;
  readonly #pipeline: GPURenderPipeline;
  readonly #frame: GPUBuffer;
  readonly #group: GPUBindGroup;
  /** Smooth edges, except on a software adapter, where they would take most of the time. */
  readonly #samples: number;
  #targets: GPUTexture[] = [];

  constructor(
    readonly device: GPUDevice,
    readonly canvas: HTMLCanvasElement,
  ) {
    const context = canvas.getContext("webgpu");
    if (!context) throw new Error("the canvas has no WebGPU context");
    this.#context = context;
    this.#samples = device.adapterInfo.isFallbackAdapter ? 1 : 4;
    const format = navigator.gpu.getPreferredCanvasFormat();
    context.configure({ device, format, alphaMode: "premultiplied" });
    const module = device.createShaderModule({ code: SHADER });
    this.#pipeline = device.createRenderPipeline({
      layout: "auto",
      vertex: {
        module,
        buffers: [
          {
            arrayStride: STRIDE,
            attributes: [
              { shaderLocation: 0, offset: 0, format: "float32x3" },
              { shaderLocation: 1, offset: 12, format: "snorm8x4" },
              { shaderLocation: 2, offset: 16, format: "unorm8x4" },
            ],
          },
          {
            arrayStride: 16,
            stepMode: "instance",
            attributes: [{ shaderLocation: 3, offset: 0, format: "float32x4" }],
          },
        ],
      },
      fragment: { module, targets: [{ format }] },
      primitive: { cullMode: "back", frontFace: "cw" },
      depthStencil: { format: "depth24plus", depthCompare: "less", depthWriteEnabled: true },
      multisample: { count: this.#samples },
    });
    this.#frame = device.createBuffer({
      size: 80,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.#group = device.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: this.#frame } }],
    });
  }

  draw(scene: Scene, time: number): void {
    const { device } = this;
    const target = this.#context.getCurrentTexture();
    const [colour, depth] = this.#targetsFor(target);
    const isSmooth = this.#samples > 1;
    device.queue.writeBuffer(this.#frame, 0, viewOf(target.width / target.height, time));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginRenderPass({
      colorAttachments: [
        {
          view: (isSmooth ? colour : target).createView(),
          ...(isSmooth ? { resolveTarget: target.createView() } : {}),
          clearValue: [0, 0, 0, 0],
          loadOp: "clear",
          storeOp: isSmooth ? "discard" : "store",
        },
      ],
      depthStencilAttachment: {
        view: depth.createView(),
        depthClearValue: 1,
        depthLoadOp: "clear",
        depthStoreOp: "discard",
      },
    });
    const [first] = scene.meshes;
    if (first) {
      // The pool has one buffer; which one it is changes when the pool grows.
      const { buffer } = first.vertices;
      pass.setPipeline(this.#pipeline);
      pass.setBindGroup(0, this.#group);
      pass.setVertexBuffer(0, buffer);
      pass.setVertexBuffer(1, scene.instances);
      pass.setIndexBuffer(buffer, "uint16");
      for (const { vertices, indices, indexCount, place } of scene.meshes)
        pass.drawIndexed(indexCount, 1, indices.offset / 2, vertices.offset / STRIDE, place);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  /** Colour and depth, as large as the canvas. */
  #targetsFor({ width, height, format }: GPUTexture): [GPUTexture, GPUTexture] {
    if (this.#targets[0]?.width !== width || this.#targets[0]?.height !== height) {
      for (const texture of this.#targets) texture.destroy();
      this.#targets = [format, "depth24plus" as const].map((format) =>
        this.device.createTexture({
          size: [width, height],
          sampleCount: this.#samples,
          format,
          usage: GPUTextureUsage.RENDER_ATTACHMENT,
        }),
      );
    }
    return this.#targets as [GPUTexture, GPUTexture];
  }
}

/** Looking down at the grid at an angle, without perspective, all of it within the canvas. After the matrix, the time. */
function viewOf(aspect: number, time: number): Float32Array<ArrayBuffer> {
  const turn = 0.6 + 0.04 * time;
  const tilt = 0.8;
  const [c, s, up, down] = [Math.cos(turn), Math.sin(turn), Math.sin(tilt), Math.cos(tilt)];
  const radius = 0.72 * ROW;
  const x = Math.min(1 / radius, 1 / (aspect * (up * radius + 2)));
  const y = x * aspect;
  const z = 0.4 / radius;
  return new Float32Array([
    ...[x * c, y * up * s, z * down * s, 0],
    ...[0, y * down, -z * up, 0],
    ...[-x * s, y * up * c, z * down * c, 0],
    ...[0, 0, 0.5, 1],
    ...[time, 0, 0, 0],
  ]);
}
