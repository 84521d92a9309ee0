// What is written into blocks so that every byte can be checked: a sequence of numbers that is different in each block.

import { ReplayFault } from "../replay/live-ranges.ts";

/** The number in place `index`, 4 bytes each, of a block. */
function word(id: number, index: number): number {
  return (Math.imul(id + 1, 0x9e3779b1) + Math.imul(index, 0x85ebca6b)) >>> 0;
}

/** The contents of blocks in one memory, which may grow. Pointers are multiples of 4. */
export class Contents {
  readonly #memory: WebAssembly.Memory;
  #bytes = new Uint8Array(0);
  #words = new Uint32Array(0);

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** Bytes that the memory has now. */
  get memoryBytes(): number {
    this.#refresh();
    return this.#bytes.length;
  }

  write(id: number, pointer: number, size: number): void {
    this.#refresh();
    const [words, start] = [this.#words, pointer / 4];
    const whole = Math.floor(size / 4);
    for (let i = 0; i < whole; i++) words[start + i] = word(id, i);
    for (let at = 4 * whole; at < size; at++) {
      this.#bytes[pointer + at] = word(id, whole) >>> (8 * (at % 4));
    }
  }

  /** @throws {ReplayFault} if a byte of the block is not what was written there */
  check(id: number, pointer: number, size: number): void {
    this.#refresh();
    const [words, start] = [this.#words, pointer / 4];
    const whole = Math.floor(size / 4);
    for (let i = 0; i < whole; i++) {
      if (words[start + i] !== word(id, i)) this.#refuse(id, pointer, size, 4 * i);
    }
    if (size % 4 !== 0) this.#refuse(id, pointer, size, 4 * whole);
  }

  /** Looks for a wrong byte from `from` on. */
  #refuse(id: number, pointer: number, size: number, from: number): void {
    for (let at = from; at < size; at++) {
      const written = (word(id, Math.floor(at / 4)) >>> (8 * (at % 4))) & 255;
      const found = this.#bytes[pointer + at]!;
      if (found === written) continue;
      throw new ReplayFault(
        `byte ${at} of the ${size} bytes at ${pointer} is ${found}, not ${written} as was written there`,
      );
    }
  }

  /** Growth detaches the views of a memory, and leaves them without a byte. */
  #refresh(): void {
    if (this.#bytes.length > 0) return;
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#words = new Uint32Array(this.#memory.buffer);
  }
}
