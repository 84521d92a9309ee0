// A WebGPU device in plain JavaScript, as far as a pool of buffers needs one: buffers of real bytes, a queue that
// carries commands out at submit, the validation rules of the specification for what is used here, error scopes, and
// failures on demand. What no scope catches is in `uncaptured`.

type Scope = { filter: string; error: { message: string } | null };

export interface FakeOptions {
  maxBufferSize?: number;
  /** Alignment of uniform and storage bindings. */
  offsetAlignment?: number;
  /** Bytes that all buffers together may have: beyond, they are out of memory. */
  memory?: number;
}

const MAP_READ = 1;
const COPY_SRC = 4;
const COPY_DST = 8;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

export class FakeBuffer {
  readonly bytes: Uint8Array;
  isDestroyed = false;
  #mapped: ArrayBuffer | undefined;

  constructor(
    readonly device: FakeDevice,
    readonly label: string,
    readonly size: number,
    readonly usage: number,
    readonly isValid: boolean,
  ) {
    this.bytes = new Uint8Array(isValid ? size : 0);
  }

  get isUsable(): boolean {
    return this.isValid && !this.isDestroyed;
  }

  async mapAsync(): Promise<void> {
    await turn();
    if (!this.isUsable || !(this.usage & MAP_READ)) throw new Error("cannot be mapped");
    this.#mapped = this.bytes.slice().buffer;
  }

  getMappedRange(offset = 0, size = this.size - offset): ArrayBuffer {
    if (!this.#mapped) throw new Error("not mapped");
    return this.#mapped.slice(offset, offset + size);
  }

  unmap(): void {
    this.#mapped = undefined;
  }

  destroy(): void {
    if (this.isUsable) this.device.used -= this.size;
    this.isDestroyed = true;
  }
}

interface Copy {
  source: FakeBuffer;
  from: number;
  target: FakeBuffer;
  to: number;
  size: number;
}

class FakeEncoder {
  readonly copies: Copy[] = [];
  problem: string | undefined;
  #isFinished = false;

  constructor(readonly device: FakeDevice) {}

  copyBufferToBuffer(
    source: FakeBuffer,
    from: number,
    target: FakeBuffer,
    to: number,
    size: number,
  ): void {
    this.device.copyCount++;
    if (this.#isFinished) return this.device.report("the encoder is finished");
    const check = (holds: boolean, what: string) => {
      if (!holds) this.problem ??= what;
    };
    check(source.isValid && target.isValid, "an invalid buffer");
    check(source !== target, "source and destination are the same buffer");
    check((source.usage & COPY_SRC) !== 0, "the source lacks COPY_SRC");
    check((target.usage & COPY_DST) !== 0, "the destination lacks COPY_DST");
    check(from % 4 === 0 && to % 4 === 0 && size % 4 === 0, "not a multiple of 4");
    check(from >= 0 && from + size <= source.size, "beyond the source");
    check(to >= 0 && to + size <= target.size, "beyond the destination");
    this.copies.push({ source, from, target, to, size });
  }

  finish(): FakeEncoder {
    this.#isFinished = true;
    if (this.problem) this.device.report(this.problem);
    return this;
  }
}

export class FakeDevice {
  readonly limits: Record<string, number>;
  readonly lost: Promise<{ reason: string; message: string }>;
  readonly uncaptured: string[] = [];
  readonly buffers: FakeBuffer[] = [];
  /** Bytes of all buffers. */
  used = 0;
  copyCount = 0;
  writeCount = 0;
  submitCount = 0;
  /** The next buffers are out of memory. */
  failures = 0;
  readonly #memory: number;
  readonly #scopes: Scope[] = [];
  #isLost = false;
  #lose: (info: { reason: string; message: string }) => void = () => {};

  constructor(options: FakeOptions = {}) {
    const { maxBufferSize = 1 << 28, offsetAlignment = 256, memory = Infinity } = options;
    this.limits = {
      maxBufferSize,
      minUniformBufferOffsetAlignment: offsetAlignment,
      minStorageBufferOffsetAlignment: offsetAlignment,
    };
    this.#memory = memory;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  /** As the type that the pool takes. */
  get gpu(): GPUDevice {
    return this as unknown as GPUDevice;
  }

  report(message: string, filter = "validation"): void {
    if (this.#isLost) return;
    const scope = this.#scopes.findLast((one) => one.filter === filter);
    if (!scope) this.uncaptured.push(message);
    else scope.error ??= { message };
  }

  pushErrorScope(filter: string): void {
    this.#scopes.push({ filter, error: null });
  }

  async popErrorScope(): Promise<{ message: string } | null> {
    const scope = this.#scopes.pop();
    await turn();
    if (!scope) throw new Error("no scope");
    return scope.error;
  }

  createBuffer({ label = "", size, usage }: GPUBufferDescriptor): FakeBuffer {
    const isMappable = (usage & 3) !== 0;
    let isValid = false;
    if (size > (this.limits.maxBufferSize as number)) this.report("above maxBufferSize");
    else if (usage === 0 || (isMappable && (usage & ~(MAP_READ | COPY_DST)) !== 0))
      this.report("invalid usage");
    else if (this.failures > 0 || this.used + size > this.#memory) {
      if (this.failures > 0) this.failures--;
      this.report("out of memory", "out-of-memory");
    } else isValid = !this.#isLost;
    const buffer = new FakeBuffer(this, label, size, usage, isValid);
    if (isValid) this.used += size;
    this.buffers.push(buffer);
    return buffer;
  }

  createCommandEncoder(): FakeEncoder {
    return new FakeEncoder(this);
  }

  readonly queue = {
    writeBuffer: (
      buffer: FakeBuffer,
      offset: number,
      data: ArrayBuffer | ArrayBufferView,
      start = 0,
      size = data.byteLength - start,
    ): void => {
      this.writeCount++;
      if (size % 4 !== 0) throw new DOMException("not a multiple of 4", "OperationError");
      if (this.#isLost) return;
      if (!buffer.isUsable) return this.report("write to a buffer that is not usable");
      if (offset % 4 !== 0 || offset + size > buffer.size) return this.report("write out of range");
      const bytes = ArrayBuffer.isView(data)
        ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
        : new Uint8Array(data);
      buffer.bytes.set(bytes.subarray(start, start + size), offset);
    },
    submit: (commands: FakeEncoder[]): void => {
      this.submitCount++;
      if (this.#isLost) return;
      for (const { copies, problem } of commands) {
        if (problem) return this.report("an invalid command buffer");
        if (!copies.every(({ source, target }) => source.isUsable && target.isUsable))
          return this.report("a destroyed buffer");
        for (const { source, from, target, to, size } of copies)
          target.bytes.set(source.bytes.subarray(from, from + size), to);
      }
    },
    onSubmittedWorkDone: turn,
  };

  destroy(): void {
    this.#isLost = true;
    this.#lose({ reason: "destroyed", message: "device was destroyed" });
  }
}
