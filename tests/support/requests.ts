// Requests: operations that refer to what is held when their turn comes ("the third held block"),
// so that a random sequence frees what it allocated and stays meaningful while it is shrunk.

import fc from "fast-check";
import type { Block } from "../../src/index.ts";
import { endOf } from "../models/index.ts";
import type { Operation, Pair } from "./pair.ts";

export type Request =
  | { kind: "allocate" | "try" | "can"; size: number; alignment: number }
  /** One held block; all held blocks that touch it and each other; a part of one held block. */
  | { kind: "free block" | "free run"; pick: number }
  | { kind: "free part"; pick: number; from: number; size: number }
  /** Whatever is there: mostly refused. */
  | { kind: "free"; address: number; size: number }
  | { kind: "reset" };

/** Carries out requests on a pair and remembers what they hold. */
export class Holder {
  private held: Block[] = [];

  constructor(readonly pair: Pair) {}

  /** Takes everything and frees single units evenly spaced, as many as there is room for. */
  makeHoles(holes: number): void {
    if (holes === 0) return;
    const step = Math.max(2, Math.floor(this.pair.capacity / holes));
    this.run({ kind: "allocate", size: this.pair.capacity, alignment: 1 });
    for (let address = 0, n = 0; address < this.pair.capacity && n < holes; n++, address += step) {
      this.run({ kind: "free", address, size: 1 });
      this.pair.check();
    }
  }

  run(request: Request): void {
    const operation = this.operationFor(request);
    if (!operation) return;
    const answer = this.pair.run(operation);
    if (operation[0] === "reset") this.held = [];
    else if (operation[0] !== "free") {
      // "can" answers a boolean and takes nothing.
      if (typeof answer === "number") this.held.push({ start: answer, size: operation[1] });
    } else if (answer === undefined) {
      this.forget({ start: operation[1], size: operation[2] });
    }
  }

  private operationFor(request: Request): Operation | undefined {
    switch (request.kind) {
      case "allocate":
      case "try":
      case "can":
        return [request.kind, request.size, request.alignment];
      case "free":
        return ["free", request.address, request.size];
      case "reset":
        return ["reset"];
    }
    if (this.held.length === 0) return undefined;
    let range = this.held[request.pick % this.held.length]!;
    if (request.kind === "free run") range = this.runAround(range);
    if (request.kind === "free part") {
      const from = request.from % range.size;
      const size = 1 + ((request.size - 1) % (range.size - from));
      range = { start: range.start + from, size };
    }
    return ["free", range.start, range.size];
  }

  private runAround(block: Block): Block {
    let { start, size } = block;
    for (;;) {
      const before = this.held.find((other) => endOf(other) === start);
      const behind = this.held.find((other) => other.start === start + size);
      if (!before && !behind) return { start, size };
      start = before?.start ?? start;
      size += (before?.size ?? 0) + (behind?.size ?? 0);
    }
  }

  /** Takes a freed range out of the held blocks; what sticks out on either side is still held. */
  private forget(range: Block): void {
    this.held = this.held.flatMap((block) => {
      if (endOf(block) <= range.start || block.start >= endOf(range)) return [block];
      const before = { start: block.start, size: range.start - block.start };
      const behind = { start: endOf(range), size: endOf(block) - endOf(range) };
      return [before, behind].filter((piece) => piece.size > 0);
    });
  }
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
  return fc.oneof(
    { weight: 160, arbitrary: fc.record({ kind: one("allocate"), size, alignment }) },
    { weight: 160, arbitrary: fc.record({ kind: one("try"), size, alignment }) },
    { weight: 40, arbitrary: fc.record({ kind: one("can"), size, alignment }) },
    { weight: 200, arbitrary: fc.record({ kind: one("free block"), pick }) },
    { weight: 20, arbitrary: fc.record({ kind: one("free run"), pick }) },
    {
      weight: 60,
      arbitrary: fc.record({ kind: one("free part"), pick, from: fc.nat(), size: upTo(capacity) }),
    },
    { weight: 40, arbitrary: fc.record({ kind: one("free"), address, size }) },
    { weight: 1, arbitrary: fc.record({ kind: one("reset") }) },
  );
}
