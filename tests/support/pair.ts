// An allocator and its model, driven side by side: every operation is carried out on both, and the
// two must agree on its result, on the numbers of its error, and, when asked, on everything that can be
// seen afterwards.

import { isDeepStrictEqual } from "node:util";
import { MemoryAllocator, NodeStorageError, type Policy } from "../../src/index.ts";
import { type ErrorCode, type Model, modelOf } from "../models/index.ts";
import { ONE, type Units } from "./units.ts";

export type Operation =
  | readonly ["allocate" | "try" | "can", size: number, alignment?: number]
  | readonly ["free" | "reserve", address: number, size: number]
  | readonly ["resize", address: number, oldSize: number, newSize: number, alignment?: number]
  | readonly ["extend", address: number, oldSize: number, newSize: number]
  | readonly ["grow" | "shrink", capacity: number]
  | readonly ["allocate many", sizes: readonly number[]]
  | readonly ["free many", addresses: readonly number[], sizes: readonly number[]]
  /** Goes on with a copy instead, or with what a snapshot restores. */
  | readonly ["clone" | "restore"]
  | readonly ["shrink to fit" | "reset"];

export type Answer = number | boolean | readonly number[] | undefined;

/** Carries out one operation on an allocator. */
export function perform(allocator: MemoryAllocator, operation: Operation): Answer {
  switch (operation[0]) {
    case "allocate":
      return allocator.allocate(operation[1], operation[2]);
    case "try":
      return allocator.tryAllocate(operation[1], operation[2]);
    case "can":
      return allocator.canAllocate(operation[1], operation[2]);
    case "free":
      return allocator.free(operation[1], operation[2]) as undefined;
    case "reserve":
      return allocator.reserve(operation[1], operation[2]) as undefined;
    case "resize":
      return allocator.resize(operation[1], operation[2], operation[3], operation[4]);
    case "extend":
      return allocator.tryExtend(operation[1], operation[2], operation[3]);
    case "grow":
      return allocator.grow(operation[1]) as undefined;
    case "shrink":
      return allocator.shrink(operation[1]) as undefined;
    case "shrink to fit":
      return allocator.shrinkToFit();
    case "allocate many":
      return [...allocator.allocateMany(operation[1])];
    case "free many":
      return allocator.freeMany(operation[1], operation[2]) as undefined;
    case "reset":
      return allocator.reset() as undefined;
    default:
      return undefined;
  }
}

function performOnModel(model: Model, operation: Operation): Answer | ErrorCode {
  switch (operation[0]) {
    case "allocate":
      return model.allocate(operation[1], operation[2]);
    case "try": {
      const answer = model.allocate(operation[1], operation[2]);
      return answer === "ERR_OUT_OF_MEMORY" ? undefined : answer;
    }
    case "can":
      return model.canAllocate(operation[1], operation[2]);
    case "free":
      return model.release(operation[1], operation[2]);
    case "reserve":
      return model.reserve(operation[1], operation[2]);
    case "resize":
      return model.resize(operation[1], operation[2], operation[3], operation[4]);
    case "extend":
      return model.tryExtend(operation[1], operation[2], operation[3]);
    case "grow":
      return model.grow(operation[1]);
    case "shrink":
      return model.shrink(operation[1]);
    case "shrink to fit":
      return model.shrinkToFit();
    case "allocate many":
      return model.allocateMany(operation[1]);
    case "free many":
      return model.freeMany(operation[1], operation[2]);
    case "reset":
      return model.reset() as undefined;
    default:
      return undefined;
  }
}

export class Pair {
  allocator: MemoryAllocator;
  readonly model: Model;

  /** With a granularity, the model and all operations count in units of it, and the allocator does not. */
  constructor(
    readonly policy: Policy,
    readonly capacity: number,
    readonly units?: Units,
  ) {
    const { granularity } = units ?? ONE;
    this.allocator = new MemoryAllocator(capacity * granularity, { policy, granularity });
    this.model = modelOf(policy, capacity);
  }

  /** Carries out one operation on both sides; returns what the model answered. */
  run(operation: Operation): Answer | ErrorCode {
    const expected = this.onModel(operation);
    let error: Error | undefined;
    let actual: Answer | ErrorCode;
    try {
      actual = this.onAllocator(operation);
    } catch (thrown) {
      error = thrown as Error;
      actual = codeOf(error);
    }
    this.same(operation, actual, expected);
    if (error) this.compareDetails(operation, error);
    return expected;
  }

  /** The same where the allocator may refuse for want of node storage: the model stays as it is then. */
  tryRun(operation: Operation): Answer | ErrorCode | "ERR_NODE_STORAGE" {
    const { free, rover, capacity } = this.model;
    this.model.free = [...free];
    try {
      return this.run(operation);
    } catch (error) {
      if (!(error instanceof NodeStorageError)) throw error;
      Object.assign(this.model, { free, rover, capacity });
      return "ERR_NODE_STORAGE";
    }
  }

  onAllocator(operation: Operation): Answer {
    const kind = operation[0];
    if (kind === "clone" || kind === "restore") this.replace(kind);
    if (!this.units) return perform(this.allocator, operation);
    const answer = perform(this.allocator, this.units.operation(operation));
    if (typeof answer === "boolean" || answer === undefined) return answer;
    const { granularity } = this.units;
    return typeof answer === "number"
      ? answer / granularity
      : answer.map((address) => address / granularity);
  }

  onModel(operation: Operation): Answer | ErrorCode {
    return performOnModel(this.model, operation);
  }

  /** Both sides show the same free blocks, sums and largest block, and the structure is sound. */
  check(): void {
    const { allocator, model } = this;
    const { granularity } = this.units ?? ONE;
    allocator.validate();
    this.same("capacity", allocator.capacity / granularity, model.capacity);
    this.same("free memory", allocator.getFreeMemory() / granularity, model.freeMemory);
    this.same("largest free block", allocator.getLargestFreeBlock() / granularity, model.largest);
    let at = 0;
    for (const { start, size } of allocator.freeBlocks()) {
      this.same("start of a free block", start / granularity, model.free[at]?.start);
      this.same("size of a free block", size / granularity, model.free[at]?.size);
      at++;
    }
    this.same("number of free blocks", at, model.free.length);
  }

  /** From here on with another allocator in the same state. */
  private replace(kind: "clone" | "restore"): void {
    const before = this.allocator;
    const after = kind === "clone" ? before.clone() : MemoryAllocator.restore(before.snapshot());
    this.same("policy", after.policy, this.policy);
    this.same("capacity", after.capacity, before.capacity);
    before.dispose();
    this.allocator = after;
  }

  private compareDetails(operation: Operation, error: Error): void {
    for (const [name, expected] of Object.entries(this.model.details)) {
      const actual = error[name as keyof Error];
      const what = [...operation, error.message, name];
      this.same(what, this.units ? this.units.detail(name, actual) : actual, expected);
    }
  }

  private same(what: unknown, actual: unknown, expected: unknown): void {
    if (Object.is(actual, expected)) return;
    if (typeof expected === "object" && isDeepStrictEqual(actual, expected)) return;
    throw new Error(
      `${this.policy}, capacity ${this.capacity}, ${JSON.stringify(what)}: ` +
        `the allocator says ${JSON.stringify(actual)}, its model ${JSON.stringify(expected)}`,
    );
  }
}

/** The code of an error of the library; one for want of node storage, and others, pass through. */
function codeOf(error: unknown): ErrorCode {
  const { code } = error as { code?: unknown };
  if (error instanceof NodeStorageError) throw error;
  if (typeof code === "string" && code.startsWith("ERR_")) return code as ErrorCode;
  throw error;
}
