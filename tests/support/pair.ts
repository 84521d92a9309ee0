// An allocator and its model, driven side by side: every operation is carried out on both, and the
// two must agree on its result and, when asked, on everything that can be seen afterwards.

import { MemoryAllocator, type Policy } from "../../src/index.ts";
import { type ErrorCode, type Model, modelOf } from "../models/index.ts";
import { outcomeOf } from "./state.ts";

export type Operation =
  | readonly ["allocate" | "try", size: number]
  | readonly ["free", address: number, size: number]
  | readonly ["reset"];

export class Pair {
  readonly allocator: MemoryAllocator;
  readonly model: Model;

  constructor(
    readonly policy: Policy,
    readonly capacity: number,
  ) {
    this.allocator = new MemoryAllocator(capacity, { policy });
    this.model = modelOf(policy, capacity);
  }

  /** Carries out one operation on both sides; returns what the model answered. */
  run(operation: Operation): number | ErrorCode | undefined {
    const expected = this.onModel(operation);
    const actual = outcomeOf(() => this.onAllocator(operation));
    if (!Object.is(actual, expected)) this.disagree(operation, actual, expected);
    return expected;
  }

  onAllocator(operation: Operation): number | undefined {
    switch (operation[0]) {
      case "allocate":
        return this.allocator.allocate(operation[1]);
      case "try":
        return this.allocator.tryAllocate(operation[1]);
      case "free":
        this.allocator.free(operation[1], operation[2]);
        return undefined;
      case "reset":
        this.allocator.reset();
        return undefined;
    }
  }

  onModel(operation: Operation): number | ErrorCode | undefined {
    switch (operation[0]) {
      case "allocate":
        return this.model.allocate(operation[1]);
      case "try": {
        const answer = this.model.allocate(operation[1]);
        return answer === "ERR_OUT_OF_MEMORY" ? undefined : answer;
      }
      case "free":
        return this.model.release(operation[1], operation[2]);
      case "reset":
        this.model.reset();
        return undefined;
    }
  }

  /** Both sides show the same free blocks, sums and largest block, and the structure is sound. */
  check(): void {
    const { allocator, model } = this;
    allocator.validate();
    const blocks = [...allocator.freeBlocks()];
    const seen = [allocator.getFreeMemory(), allocator.getLargestFreeBlock(), ...flat(blocks)];
    const expected = [model.freeMemory, model.largest, ...flat(model.free)];
    const same = seen.length === expected.length && seen.every((x, i) => Object.is(x, expected[i]));
    if (!same) this.disagree("state: free, largest, blocks", seen, expected);
  }

  private disagree(what: unknown, actual: unknown, expected: unknown): never {
    throw new Error(
      `${this.policy}, capacity ${this.capacity}, ${JSON.stringify(what)}: ` +
        `the allocator says ${JSON.stringify(actual)}, its model ${JSON.stringify(expected)}`,
    );
  }
}

function flat(blocks: readonly { start: number; size: number }[]): number[] {
  return blocks.flatMap(({ start, size }) => [start, size]);
}
