// A sequence of operations, generated before anything is timed. Each names a slot and a size: above zero to
// allocate that much and keep it in the slot, below zero to free the slot, which was given that size.

export interface Operations {
  readonly slots: Uint32Array;
  readonly sizes: Int32Array;
}

/** Records operations one by one, and what each slot was given. */
export class Recorder {
  readonly #slots: number[] = [];
  readonly #sizes: number[] = [];
  readonly #given: number[] = [];

  allocate(slot: number, size: number): void {
    this.#slots.push(slot);
    this.#sizes.push(size);
    this.#given[slot] = size;
  }

  free(slot: number): void {
    this.#slots.push(slot);
    this.#sizes.push(-(this.#given[slot] as number));
  }

  /** The operations recorded since the last call. */
  take(): Operations {
    const operations = {
      slots: new Uint32Array(this.#slots),
      sizes: new Int32Array(this.#sizes),
    };
    this.#slots.length = this.#sizes.length = 0;
    return operations;
  }
}
