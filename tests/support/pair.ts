// An allocator and its model, driven side by side: every operation is carried out on both, and the
// two must agree on its result and, when asked, on everything that can be seen afterwards.

import { MemoryAllocator, type Policy } from "../../src/index.ts";
import { type ErrorCode, type Model, modelOf } from "../models/index.ts";
import { outcomeOf } from "./state.ts";

export type Operation =
  | readonly ["allocate" | "try" | "can", size: number, alignment?: number]
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
  run(operation: Operation): number | boolean | ErrorCode | undefined {
    const expected = this.onModel(operation);
    const actual = outcomeOf(() => this.onAllocator(operation));
    this.same(operation, actual, expected);
    return expected;
  }

  onAllocator(operation: Operation): number | boolean | undefined {
    switch (operation[0]) {
      case "allocate":
        return this.allocator.allocate(operation[1], operation[2]);
      case "try":
        return this.allocator.tryAllocate(operation[1], operation[2]);
      case "can":
        return this.allocator.canAllocate(operation[1], operation[2]);
      case "free":
        this.allocator.free(operation[1], operation[2]);
        return undefined;
      case "reset":
        this.allocator.reset();
        return undefined;
    }
  }

  onModel(operation: Operation): number | boolean | ErrorCode | undefined {
    switch (operation[0]) {
      case "allocate":
        return this.model.allocate(operation[1], operation[2]);
      case "try": {
        const answer = this.model.allocate(operation[1], operation[2]);
        return answer === "ERR_OUT_OF_MEMORY" ? undefined : answer;
      }
      case "can":
        return this.model.canAllocate(operation[1], operation[2]);
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
    this.same("free memory", allocator.getFreeMemory(), model.freeMemory);
    this.same("largest free block", allocator.getLargestFreeBlock(), model.largest);
    let at = 0;
    for (const { start, size } of allocator.freeBlocks()) {
      this.same("start of a free block", start, model.free[at]?.start);
      this.same("size of a free block", size, model.free[at]?.size);
      at++;
    }
    this.same("number of free blocks", at, model.free.length);
  }

  private same(what: unknown, actual: unknown, expected: unknown): void {
    if (Object.is(actual, expected)) return;
    throw new Error(
      `${this.policy}, capacity ${this.capacity}, ${JSON.stringify(what)}: ` +
        `the allocator says ${actual}, its model ${expected}`,
    );
  }
}
