// The block's history: actions as a person gave them, and the frames they came to. Going back only
// moves along the frames; the allocator itself stands at the end, and is rebuilt from the actions when
// something new is done in the past.

import { type Block, type Policy, TrackedAllocator } from "suballoc";
import type { Action } from "./actions.ts";
import type { Frame, Happening, LiveBlock } from "./frame.ts";
import { lookedAt } from "./looked-at.ts";
import { randomOf } from "./random.ts";

/** A fill in a huge block would never end, and nobody could see it. */
const mostBlocksAFill = 300;
/** Blocks of all frames together: what a page can hold without trouble. */
const mostBlocksHeld = 1e6;

export class HistoryFullError extends Error {
  override readonly name = "HistoryFullError";
  override readonly message = "The history is full. Start over, or go back some steps.";
}

export class Timeline {
  readonly capacity: number;
  readonly policy: Policy;
  readonly #actions: Action[] = [];
  readonly #frames: Frame[] = [];
  readonly #allocator: TrackedAllocator;
  readonly #starts: (number | undefined)[] = []; // of live blocks, by id
  readonly #idAt = new Map<number, number>(); // by start
  #previousEnd = 0;
  #blocksHeld = 0;

  /** @throws what TrackedAllocator's constructor throws */
  constructor(capacity: number, policy: Policy, actions: readonly Action[] = []) {
    this.capacity = capacity;
    this.policy = policy;
    this.#allocator = new TrackedAllocator(capacity, { policy });
    this.#record({ kind: "start" }, -1);
    for (const action of actions) this.perform(action);
  }

  get frames(): readonly Frame[] {
    return this.#frames;
  }

  get actions(): readonly Action[] {
    return this.#actions;
  }

  dispose(): void {
    this.#allocator.dispose();
  }

  /**
   * Carries it out at the end of the history.
   * @throws {HistoryFullError}
   */
  perform(action: Action): void {
    if (this.#blocksHeld >= mostBlocksHeld) throw new HistoryFullError();
    const index = this.#actions.push(action) - 1;
    let done = 0;
    for (const happening of this.#stepsOf(action, index)) {
      this.#record(happening, index);
      done++;
      if (done === action.limit) break;
    }
  }

  /** The same history up to this frame, with the actions after it forgotten. */
  upTo(position: number): Timeline {
    const { action } = this.#frames[position]!;
    const kept = this.#actions.slice(0, action + 1);
    const first = this.#firstFrameOf(action);
    if (action >= 0 && this.#frames[position + 1]?.action === action) {
      kept[action] = { ...kept[action]!, limit: position - first + 1 };
    }
    return new Timeline(this.capacity, this.policy, kept);
  }

  /** The frame before the action that led to this one. */
  before(position: number): number {
    const { action } = this.#frames[position]!;
    return action < 0 ? 0 : this.#firstFrameOf(action) - 1;
  }

  /** The last frame of the action that comes after this one. */
  after(position: number): number {
    const next = this.#frames[position + 1];
    if (next === undefined) return position;
    return this.#frames.findLastIndex(({ action }) => action === next.action);
  }

  #firstFrameOf(action: number): number {
    return this.#frames.findIndex((frame) => frame.action === action);
  }

  #record(happening: Happening, action: number): void {
    const live: LiveBlock[] = [];
    for (const { start, size } of this.#allocator.blocks()) {
      live.push({ id: this.#idAt.get(start)!, start, size });
    }
    const free = [...this.#allocator.freeBlocks()];
    this.#blocksHeld += live.length + free.length + 1;
    this.#frames.push({ happening, action, live, free, stats: this.#allocator.getStats() });
  }

  get #now(): Frame {
    return this.#frames.at(-1)!;
  }

  *#stepsOf(action: Action, index: number): Generator<Happening> {
    switch (action.kind) {
      case "allocate":
        yield this.#allocate(action.size, action.alignment);
        break;
      case "free":
        yield this.#free(action.id);
        break;
      case "fill":
        yield* this.#fill(action.size, randomOf(index));
        break;
      case "free-half":
        yield* this.#freeHalf(randomOf(index));
        break;
      case "defragment":
        yield* this.#defragment();
    }
  }

  #allocate(size: number, alignment: number): Happening {
    const { free } = this.#now;
    const address = this.#allocator.tryAllocate(size, { alignment });
    const chosen = address === undefined ? undefined : holding(free, address);
    const looked = lookedAt(this.policy, free, this.#previousEnd, chosen);
    const id = this.#starts.push(address) - 1;
    if (address === undefined) return { kind: "refused", size, alignment, looked };
    this.#idAt.set(address, id);
    this.#previousEnd = address + size;
    const block = { id, start: address, size };
    return { kind: "allocated", block, chosen: chosen!, looked, alignment };
  }

  #free(id: number): Happening {
    const start = this.#starts[id];
    const block = this.#now.live.find((live) => live.start === start);
    if (start === undefined || block === undefined) return { kind: "nothing-to-free", id };
    const { free } = this.#now;
    this.#allocator.free(start);
    this.#starts[id] = undefined;
    this.#idAt.delete(start);
    return {
      kind: "freed",
      block,
      left: free.find((other) => other.start + other.size === start),
      right: free.find((other) => other.start === start + block.size),
    };
  }

  *#fill(size: number, random: () => number): Generator<Happening> {
    const largest = Math.min(size * 2, this.capacity);
    for (let blocks = 0; blocks < mostBlocksAFill; blocks++) {
      const happening = this.#allocate(1 + Math.floor(random() * largest), 1);
      yield happening;
      if (happening.kind === "refused") return;
    }
  }

  *#freeHalf(random: () => number): Generator<Happening> {
    const chosen = this.#now.live.filter(() => random() < 0.5);
    for (const { id } of chosen) yield this.#free(id);
  }

  *#defragment(): Generator<Happening> {
    for (let moves = 0; ; moves++) {
      const [move] = this.#allocator.defragment({ maxMoves: 1 }).moves;
      if (move === undefined) {
        if (moves === 0) yield { kind: "nothing-to-move" };
        return;
      }
      const id = this.#idAt.get(move.from)!;
      this.#idAt.delete(move.from);
      this.#idAt.set(move.to, id);
      this.#starts[id] = move.to;
      const block = { id, start: move.to, size: move.size };
      yield { kind: "moved", block, from: move.from, overlaps: move.overlaps };
    }
  }
}

function holding(blocks: readonly Block[], address: number): Block {
  return blocks.find(({ start, size }) => start <= address && address < start + size)!;
}
