// A sequence of operations, generated before anything is timed: on a numbered slot, allocate a size or,
// where the size is 0, free what the slot holds.

export interface Operations {
  readonly slots: Uint32Array;
  readonly sizes: Uint32Array;
}

/** Collects operations one by one. */
export class OperationList {
  readonly #slots: number[] = [];
  readonly #sizes: number[] = [];

  allocate(slot: number, size: number): void {
    this.#slots.push(slot);
    this.#sizes.push(size);
  }

  free(slot: number): void {
    this.#slots.push(slot);
    this.#sizes.push(0);
  }

  done(): Operations {
    return { slots: Uint32Array.from(this.#slots), sizes: Uint32Array.from(this.#sizes) };
  }
}
