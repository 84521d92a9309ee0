// The moments that can be looked at, one for each position of the slider: so many operations done.

export class Moments {
  readonly #operations: readonly number[];

  /** @param samples the operation just done at each */
  constructor(samples: ArrayLike<number> = []) {
    this.#operations = Array.from(samples, (operation) => operation + 1);
  }

  get last(): number {
    return this.#operations.length - 1;
  }

  /** Operations done at a position; undefined if there is none. */
  at(position: number): number | undefined {
    return this.#operations[position];
  }

  /** The position nearest to so many operations. */
  nearest(operations: number): number {
    const next = this.#operations.findIndex((moment) => moment >= operations);
    if (next < 0) return Math.max(0, this.last);
    if (next === 0) return 0;
    const [before, after] = [this.#operations[next - 1]!, this.#operations[next]!];
    return operations - before < after - operations ? next - 1 : next;
  }
}
