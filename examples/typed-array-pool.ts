// A pool of typed arrays in one ArrayBuffer: particle emitters come and go, each with an array of floats and one of
// colours, and none of them is left to the garbage collector. Every array is a range of the same buffer; when the
// buffer is too fragmented for a new one, it is defragmented, a little at first, by moving arrays within it.

import { TrackedAllocator } from "suballoc";

type TypedArrayConstructor<T> = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): T;
};

/** An array in the pool. Its view is made anew when the pool has moved it: ask for `view` when it is used. */
export class PooledArray<T> {
  #view: T;

  constructor(
    readonly type: TypedArrayConstructor<T>,
    readonly length: number,
    readonly buffer: ArrayBuffer,
    public address: number,
  ) {
    this.#view = new type(buffer, address, length);
  }

  get view(): T {
    return this.#view;
  }

  moveTo(address: number): void {
    this.address = address;
    this.#view = new this.type(this.buffer, address, this.length);
  }
}

export class TypedArrayPool {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #allocator: TrackedAllocator;
  readonly #arrays = new Map<number, PooledArray<unknown>>();
  /** Bytes moved by defragmentation so far. */
  moved = 0;

  constructor(bytes: number) {
    this.#bytes = new Uint8Array(bytes);
    this.#allocator = new TrackedAllocator(bytes);
  }

  /** An array of zeros, or undefined if there is no memory for it, however it is arranged. */
  create<T>(
    type: TypedArrayConstructor<T>,
    length: number,
    label: string,
  ): PooledArray<T> | undefined {
    const size = length * type.BYTES_PER_ELEMENT;
    const options = { alignment: type.BYTES_PER_ELEMENT, label };
    let address = this.#allocator.tryAllocate(size, options);
    while (address === undefined) {
      if (this.#defragment()) return undefined;
      address = this.#allocator.tryAllocate(size, options);
    }
    this.#bytes.fill(0, address, address + size);
    const array = new PooledArray(type, length, this.#bytes.buffer, address);
    this.#arrays.set(address, array);
    return array;
  }

  release(array: PooledArray<unknown>): void {
    this.#allocator.free(array.address);
    this.#arrays.delete(array.address);
  }

  /** Moves up to 4 KiB worth of arrays; whether there was nothing to move. */
  #defragment(): boolean {
    const { moves, movedBytes } = this.#allocator.defragment({ maxBytes: 4096 });
    for (const { from, to, size } of moves) {
      this.#bytes.copyWithin(to, from, from + size);
      const array = this.#arrays.get(from) as PooledArray<unknown>;
      this.#arrays.delete(from);
      this.#arrays.set(to, array);
      array.moveTo(to);
    }
    this.moved += movedBytes;
    return moves.length === 0;
  }

  report(): string {
    return this.#allocator.report();
  }
}

interface Emitter {
  readonly positions: PooledArray<Float32Array>;
  readonly colours: PooledArray<Uint8Array>;
  dies: number;
}

/** What came of a run. */
export interface Outcome {
  readonly created: number;
  readonly refused: number;
  readonly moved: number;
  readonly report: string;
}

/** `frames` frames of emitters that are born, move their particles and die, in a pool of 256 KiB. */
export function simulate(frames: number, random: () => number): Outcome {
  const pool = new TypedArrayPool(256 * 1024);
  let emitters: Emitter[] = [];
  let created = 0;
  let refused = 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let born = 0; born < 4; born++) {
      const particles = 1 + Math.floor(random() * 1000);
      const positions = pool.create(Float32Array, 2 * particles, "positions");
      const colours = pool.create(Uint8Array, 3 * particles, "colours");
      if (positions && colours) {
        positions.view.fill(frame);
        colours.view.fill(frame % 256);
        emitters.push({ positions, colours, dies: frame + 1 + Math.floor(random() * 20) });
        created++;
      } else {
        if (positions) pool.release(positions);
        if (colours) pool.release(colours);
        refused++;
      }
    }
    for (const { positions, colours } of emitters) {
      // Every particle of an emitter is where its first one is, unless a move went wrong.
      const first = positions.view[0] as number;
      if (!positions.view.every((value) => value === first)) throw new Error("positions are lost");
      const colour = colours.view[0] as number;
      if (!colours.view.every((value) => value === colour)) throw new Error("colours are lost");
      positions.view.fill(first + 0.5);
    }
    for (const { positions, colours } of emitters.filter(({ dies }) => dies <= frame)) {
      pool.release(positions);
      pool.release(colours);
    }
    emitters = emitters.filter(({ dies }) => dies > frame);
  }
  return { created, refused, moved: pool.moved, report: pool.report() };
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const { created, refused, moved, report } = simulate(1000, Math.random);
  console.log(`${created} emitters, ${refused} refused for want of memory, ${moved} bytes moved\n`);
  console.log(report);
}
