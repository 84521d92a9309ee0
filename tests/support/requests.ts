// Requests: operations that refer to what is held when their turn comes ("the third held block"),
// so that a random sequence frees what it allocated and stays meaningful while it is shrunk.

import fc from "fast-check";
import type { Block } from "../../src/index.ts";
import { type ErrorCode, endOf } from "../models/index.ts";
import type { Answer, Operation, Pair } from "./pair.ts";

export type Request =
  | { kind: "allocate" | "try" | "can"; size: number; alignment: number }
  /** One held block; all held blocks that touch it and each other; a part of one held block. */
  | { kind: "free block" | "free run"; pick: number }
  | { kind: "free part"; pick: number; from: number; size: number }
  /** A part of a free block. */
  | { kind: "reserve part"; pick: number; from: number; size: number }
  /** One held block. */
  | { kind: "resize block" | "extend block"; pick: number; size: number; alignment: number }
  /** Whatever is there: mostly refused. */
  | { kind: "free" | "reserve"; address: number; size: number }
  | { kind: "resize" | "extend"; address: number; size: number; newSize: number }
  /** To another capacity; by so much; to the end of what is taken, and so much more or less. */
  | { kind: "grow" | "shrink"; capacity: number }
  | { kind: "grow by" | "shrink tail"; amount: number }
  | { kind: "allocate many"; sizes: readonly number[] }
  /** Held blocks; with `stray` something more that is mostly not held any more. */
  | { kind: "free many"; picks: readonly number[]; stray: boolean }
  | { kind: "clone" | "restore" | "shrink to fit" | "reset" };

/** Carries out requests on a pair and remembers what they hold. */
export class Holder {
  private held: Block[] = [];

  constructor(readonly pair: Pair) {}

  /** Takes everything and frees single units evenly spaced, as many as there is room for. */
  makeHoles(holes: number): void {
    if (holes === 0) return;
    const { capacity } = this.pair.model;
    const step = Math.max(2, Math.floor(capacity / holes));
    this.run({ kind: "allocate", size: capacity, alignment: 1 });
    for (let address = 0, n = 0; address < capacity && n < holes; n++, address += step) {
      this.run({ kind: "free", address, size: 1 });
      this.pair.check();
    }
  }

  /** Carries out a request; returns the operation that it came to and what was answered. */
  run(request: Request): { operation: Operation; answer: Answer | ErrorCode } | undefined {
    const operation = this.operationFor(request);
    return operation && { operation, answer: this.carryOut(operation) };
  }

  carryOut(operation: Operation): Answer | ErrorCode {
    const answer = this.pair.run(operation);
    this.note(operation, answer);
    return answer;
  }

  /** The same where node storage may be wanting. */
  tryRun(request: Request): Answer | ErrorCode | "ERR_NODE_STORAGE" {
    const operation = this.operationFor(request);
    if (!operation) return undefined;
    const answer = this.pair.tryRun(operation);
    if (answer !== "ERR_NODE_STORAGE") this.note(operation, answer);
    return answer;
  }

  /** Remembers what an operation took and gave back, if it was not refused. */
  private note(operation: Operation, answer: Answer | ErrorCode): void {
    if (typeof answer === "string") return;
    switch (operation[0]) {
      case "allocate":
      case "try":
        if (answer !== undefined) this.hold(answer as number, operation[1]);
        break;
      case "reserve":
        this.hold(operation[1], operation[2]);
        break;
      case "allocate many":
        for (const [i, start] of (answer as readonly number[]).entries())
          this.hold(start, operation[1][i]!);
        break;
      case "free":
        this.forget({ start: operation[1], size: operation[2] });
        break;
      case "free many":
        for (const [i, start] of operation[1].entries())
          this.forget({ start, size: operation[2][i]! });
        break;
      case "resize":
      case "extend": {
        if (answer === false) break;
        this.forget({ start: operation[1], size: operation[2] });
        this.hold(typeof answer === "number" ? answer : operation[1], operation[3]);
        break;
      }
      case "reset":
        this.held = [];
        break;
    }
  }

  private hold(start: number, size: number): void {
    this.held.push({ start, size });
  }

  /** The operation that a request comes to now. */
  operationFor(request: Request): Operation | undefined {
    const { model } = this.pair;
    switch (request.kind) {
      case "allocate":
      case "try":
      case "can":
        return [request.kind, request.size, request.alignment];
      case "free":
      case "reserve":
        return [request.kind, request.address, request.size];
      case "resize":
      case "extend":
        return [request.kind, request.address, request.size, request.newSize];
      case "grow":
      case "shrink":
        return [request.kind, request.capacity];
      case "grow by":
        return ["grow", Math.min(model.capacity + request.amount, Number.MAX_SAFE_INTEGER)];
      case "shrink tail":
        return ["shrink", Math.max(0, (model.free.at(-1)?.start ?? 0) + request.amount)];
      case "allocate many":
        return ["allocate many", request.sizes];
      case "free many":
        return this.freeMany(request.picks, request.stray);
      case "reserve part": {
        if (model.free.length === 0) return undefined;
        const block = model.free[request.pick % model.free.length]!;
        const { start, size } = partOf(block, request);
        return ["reserve", start, size];
      }
      case "clone":
      case "restore":
      case "shrink to fit":
      case "reset":
        return [request.kind];
    }
    if (this.held.length === 0) return undefined;
    let range = this.held[request.pick % this.held.length]!;
    if (request.kind === "extend block") return ["extend", range.start, range.size, request.size];
    if (request.kind === "resize block")
      return ["resize", range.start, range.size, request.size, request.alignment];
    if (request.kind === "free run") range = this.runAround(range);
    if (request.kind === "free part") range = partOf(range, request);
    return ["free", range.start, range.size];
  }

  private freeMany(picks: readonly number[], stray: boolean): Operation {
    const ranges = new Set<Block>();
    if (this.held.length > 0)
      for (const pick of picks) ranges.add(this.held[pick % this.held.length]!);
    const all = [...ranges];
    // The last one once more, and a little of what is beside it.
    const last = all.at(-1);
    if (stray && last) all.push({ start: last.start, size: last.size + (picks.length % 2) });
    return ["free many", all.map(({ start }) => start), all.map(({ size }) => size)];
  }

  private runAround(block: Block): Block {
    let { start, size } = block;
    for (;;) {
      const before = this.held.find((other) => endOf(other) === start);
      const after = this.held.find((other) => other.start === start + size);
      if (!before && !after) return { start, size };
      start = before?.start ?? start;
      size += (before?.size ?? 0) + (after?.size ?? 0);
    }
  }

  /** Takes a freed range out of the held blocks; what sticks out on either side is still held. */
  private forget(range: Block): void {
    this.held = this.held.flatMap((block) => {
      if (endOf(block) <= range.start || block.start >= endOf(range)) return [block];
      const before = { start: block.start, size: range.start - block.start };
      const after = { start: endOf(range), size: endOf(block) - endOf(range) };
      return [before, after].filter((piece) => piece.size > 0);
    });
  }
}

function partOf(block: Block, { from, size }: { from: number; size: number }): Block {
  const skipped = from % block.size;
  return { start: block.start + skipped, size: 1 + ((size - 1) % (block.size - skipped)) };
}

/** Requests for a block of this capacity: mostly small sizes, some large, a few that are refused. */
export function requestsFor(capacity: number): fc.Arbitrary<Request> {
  const upTo = (largest: number) => fc.integer({ min: 1, max: Math.max(1, Math.floor(largest)) });
  const size = fc.oneof(
    { weight: 4, arbitrary: upTo(Math.min(capacity, 8)) },
    { weight: 6, arbitrary: upTo(capacity / 24) },
    { weight: 3, arbitrary: upTo(capacity / 4) },
    { weight: 1, arbitrary: upTo(capacity) },
    { weight: 1, arbitrary: fc.integer({ min: -3, max: 0 }) },
    { weight: 1, arbitrary: fc.constantFrom(capacity, Math.min(capacity + 1, 2 ** 53 - 1)) },
  );
  const alignment = fc.oneof(
    { weight: 5, arbitrary: fc.constant(1) },
    { weight: 3, arbitrary: fc.constantFrom(2, 3, 4, 7, 8, 12, 16, 256, 4096, 65_536, 2 ** 32) },
    { weight: 1, arbitrary: upTo(capacity) },
    { weight: 1, arbitrary: fc.constantFrom(-1, 0, Number.MAX_SAFE_INTEGER) },
  );
  const pick = fc.nat();
  const one = <K extends Request["kind"]>(kind: K) => fc.constant(kind);
  const address = fc.integer({ min: -1, max: capacity });
  const part = { pick, from: fc.nat(), size: upTo(capacity) };
  const otherCapacity = fc.oneof(
    { weight: 4, arbitrary: upTo(Math.min(2 * capacity, Number.MAX_SAFE_INTEGER)) },
    { weight: 2, arbitrary: fc.integer({ min: 2 ** 32 - 4, max: 2 ** 32 + 4 }) },
    { weight: 1, arbitrary: fc.constantFrom(-1, 0, capacity, Number.MAX_SAFE_INTEGER, 2 ** 53) },
  );
  const few = { maxLength: 8 };
  const request = (weight: number, arbitrary: fc.Arbitrary<Request>) => ({ weight, arbitrary });
  return fc.oneof(
    request(160, fc.record({ kind: one("allocate"), size, alignment })),
    request(120, fc.record({ kind: one("try"), size, alignment })),
    request(30, fc.record({ kind: one("can"), size, alignment })),
    request(160, fc.record({ kind: one("free block"), pick })),
    request(20, fc.record({ kind: one("free run"), pick })),
    request(50, fc.record({ kind: one("free part"), ...part })),
    request(30, fc.record({ kind: one("free"), address, size })),
    request(60, fc.record({ kind: one("reserve part"), ...part })),
    request(20, fc.record({ kind: one("reserve"), address, size })),
    request(60, fc.record({ kind: one("resize block"), pick, size, alignment })),
    request(10, fc.record({ kind: one("resize"), address, size, newSize: size })),
    request(40, fc.record({ kind: one("extend block"), pick, size, alignment })),
    request(10, fc.record({ kind: one("extend"), address, size, newSize: size })),
    request(3, fc.record({ kind: one("grow"), capacity: otherCapacity })),
    request(12, fc.record({ kind: one("grow by"), amount: upTo(capacity / 4) })),
    request(5, fc.record({ kind: one("shrink"), capacity: otherCapacity })),
    request(12, fc.record({ kind: one("shrink tail"), amount: fc.integer({ min: -2, max: 8 }) })),
    request(4, fc.record({ kind: one("shrink to fit") })),
    request(30, fc.record({ kind: one("allocate many"), sizes: fc.array(size, few) })),
    request(
      30,
      fc.record({ kind: one("free many"), picks: fc.array(pick, few), stray: fc.boolean() }),
    ),
    request(10, fc.record({ kind: one("clone") })),
    request(10, fc.record({ kind: one("restore") })),
    request(1, fc.record({ kind: one("reset") })),
  );
}
