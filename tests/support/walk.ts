// Every sequence of operations on tiny capacities, step by step against the model.
//
// Two walks. The full walk follows every sequence of operations that change something, up to a
// depth. The walk by history has no depth limit: it goes on from a state only when the last few
// states that led there are new, until nothing new is found. It walks breadth first, so a history
// is first met by its shortest sequence, and its later meetings are left out: they could lead to
// something else only if the allocator remembered more than its visible state and that history.
// Every operation that changes nothing (too large, out of bounds, free already, not positive, or only
// a question) is tried in every state of both walks.

import type { Block, Policy } from "../../src/index.ts";
import { type Operation, Pair } from "./pair.ts";

interface Step {
  readonly before: Step | undefined;
  readonly operation: Operation;
  readonly free: readonly Block[];
  readonly rover: number;
  /** The model's state after this step, as a key. */
  readonly state: string;
  /** That state and the ones before it, as many as the walk remembers. */
  readonly history: readonly string[];
}

/** What the model thinks of every operation in one state. */
interface Verdicts {
  readonly allowed: Operation[];
  readonly refused: Operation[];
}

export interface Walked {
  /** Operations carried out and compared, and operations that rightly changed nothing. */
  readonly steps: number;
  readonly refusals: number;
  /** Different states met. */
  readonly states: number;
}

class Walk {
  readonly pair: Pair;
  readonly operations: Operation[] = [];
  readonly verdicts = new Map<string, Verdicts>();
  steps = 0;
  refusals = 0;

  constructor(
    policy: Policy,
    capacity: number,
    readonly remembered: number,
    alignments: readonly number[],
  ) {
    this.pair = new Pair(policy, capacity);
    for (let size = 0; size <= capacity + 1; size++) {
      for (const alignment of alignments) {
        this.operations.push(["can", size, alignment], ["try", size, alignment]);
      }
      for (let address = -1; address <= capacity; address++)
        this.operations.push(["free", address, size]);
    }
    this.operations.push(["reset"]);
  }

  full(depth: number): void {
    let frontier = [this.start()];
    for (let level = 0; level < depth; level++)
      frontier = frontier.flatMap((step) => this.continuations(step));
  }

  byHistory(): void {
    const known = new Set<string>();
    let frontier = [this.start()];
    while (frontier.length > 0) {
      frontier = frontier
        .flatMap((step) => this.continuations(step))
        .filter(({ history }) => known.size < known.add(history.join(" ")).size);
    }
  }

  private start(): Step {
    this.pair.model.reset();
    return this.here(undefined, ["reset"]);
  }

  /** Tries every operation after a step; returns the steps that those not refused lead to. */
  private continuations(step: Step): Step[] {
    const { allowed, refused } = this.verdictsAt(step);
    if (refused.length > 0) {
      this.goTo(step);
      for (const operation of refused) this.pair.run(operation);
      this.pair.check();
      this.refusals += refused.length;
    }
    return allowed.map((operation, index) => {
      // The first goes on from where the refusals left the allocator.
      if (index > 0 || refused.length === 0) this.goTo(step);
      this.pair.run(operation);
      this.pair.check();
      this.steps++;
      return this.here(step, operation);
    });
  }

  /** In a state seen before, what is refused has been tried and is left out. */
  private verdictsAt(step: Step): Verdicts {
    const known = this.verdicts.get(step.state);
    if (known) return known;
    const allowed: Operation[] = [];
    const refused: Operation[] = [];
    for (const operation of this.operations) {
      this.setModel(step);
      const answer = this.pair.onModel(operation);
      const isTaken = operation[0] === "try" && typeof answer === "number";
      const isRefused = !isTaken && (operation[0] === "try" || answer !== undefined);
      (isRefused ? refused : allowed).push(operation);
    }
    this.verdicts.set(step.state, { allowed, refused: [] });
    return { allowed, refused };
  }

  /** Repeats the sequence that led to a step, from the first reset on. */
  private goTo(step: Step): void {
    const path: Operation[] = [];
    for (let at: Step | undefined = step; at; at = at.before) path.push(at.operation);
    for (const operation of path.reverse()) this.pair.onAllocator(operation);
    this.setModel(step);
  }

  private setModel(step: Step): void {
    this.pair.model.free = [...step.free];
    this.pair.model.rover = step.rover;
  }

  private here(before: Step | undefined, operation: Operation): Step {
    const { free, rover } = this.pair.model;
    const state = `${rover}:${free.map(({ start, size }) => `${start}+${size}`).join()}`;
    const history = [...(before?.history ?? []), state].slice(-this.remembered);
    return { before, operation, free: [...free], rover, state, history };
  }
}

/** Every sequence up to `depth` operations long, without alignment. */
export function walkInFull(policy: Policy, capacity: number, depth: number): Walked {
  return finish(new Walk(policy, capacity, 1, [1]), (walk) => walk.full(depth));
}

/** Every sequence of any length, with and without alignment, going on from each history of `remembered` states once. */
export function walkByHistory(policy: Policy, capacity: number, remembered: number): Walked {
  return finish(new Walk(policy, capacity, remembered, [1, 2, 3]), (walk) => walk.byHistory());
}

function finish(walk: Walk, run: (walk: Walk) => void): Walked {
  // Refusals are many, and collecting their stack traces would be most of the work.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    run(walk);
  } finally {
    Error.stackTraceLimit = limit;
    walk.pair.allocator.dispose();
  }
  return { steps: walk.steps, refusals: walk.refusals, states: walk.verdicts.size };
}
