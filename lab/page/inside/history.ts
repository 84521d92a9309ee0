// The history of a real heap: what was called, and the heap after each call, saved as bytes. Going back is looking at saved
// bytes; doing something new in the past loads them.

import { Heap, inspectHeap } from "suballoc/heap";
import type { Action } from "./actions.ts";
import { callOf, captionOf } from "./caption.ts";
import { type Allocation, firstOf, type Happening, letterOf, type Moment } from "./moment.ts";

const PAGE = 65536;
const mostPages = 4;
/** KiB that the heap begins with. */
export const rooms = [16, 32, 64] as const;
/** What a page can hold without trouble. */
const mostMoments = 1000;
const mostBytesSaved = 1 << 26;

export class HistoryFullError extends Error {
  override readonly name = "HistoryFullError";
  override readonly message = "The history is full. Start over, or go back some steps.";
}

function newMemory(pages: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pages, maximum: mostPages });
}

export class History {
  /** KiB that the heap began with. */
  readonly room: number;
  readonly #moments: Moment[] = [];
  /** The heap at the end of the history. */
  #heap: Heap;
  #bytesSaved = 0;
  /** For looking at any moment. */
  readonly #copy = newMemory(mostPages);

  /** @throws {HistoryFullError} */
  constructor(room: number, actions: readonly Action[] = []) {
    this.room = room;
    // At the end of a page, so that the heap is small before it grows; a whole page begins after the address 0.
    const base = Math.max(1024, PAGE - 1024 * room);
    this.#heap = new Heap({ memory: newMemory(1), base, maximum: mostPages * PAGE });
    this.#record(undefined, { kind: "start" }, [], new Set(), this.#heap.control);
    for (const action of actions) this.perform(action);
  }

  get moments(): readonly Moment[] {
    return this.#moments;
  }

  get actions(): Action[] {
    return this.#moments.flatMap(({ action }) => action ?? []);
  }

  /** All bytes of the memory as they were at a moment. */
  bytesAt(position: number): Uint8Array {
    return Heap.load(this.#moments[position]!.saved, { memory: this.#copy }).u8;
  }

  /** Forgets what came after this moment. */
  cut(position: number): void {
    if (position >= this.#moments.length - 1) return;
    for (const { saved } of this.#moments.splice(position + 1)) this.#bytesSaved -= saved.length;
    const { saved, pages } = this.#now;
    const { memory } = this.#heap;
    const isSameSize = memory.buffer.byteLength === pages * PAGE;
    this.#heap = Heap.load(saved, { memory: isSameSize ? memory : newMemory(pages) });
  }

  /**
   * Carries it out at the end of the history.
   * @throws {HistoryFullError}
   */
  perform(action: Action): void {
    if (this.#moments.length >= mostMoments || this.#bytesSaved >= mostBytesSaved) {
      throw new HistoryFullError();
    }
    const { heap, allocations } = this.#now;
    const before = this.#heap.u8.slice();
    const happening = this.#carryOut(action, allocations, firstOf(heap), before);
    const changed = this.#changedWords(before);
    const next = this.#allocationsAfter(action, happening, allocations);
    this.#record(action, happening, next, changed, focusOf(action, happening, this.#now));
  }

  get #now(): Moment {
    return this.#moments.at(-1)!;
  }

  #record(
    action: Action | undefined,
    happening: Happening,
    allocations: readonly (Allocation | undefined)[],
    changed: ReadonlySet<number>,
    focus: number,
  ): void {
    const heap = inspectHeap(this.#heap);
    const before = this.#moments.at(-1)?.heap ?? heap;
    const saved = this.#heap.save();
    this.#bytesSaved += saved.length;
    this.#moments.push({
      ...{ action, happening, heap, allocations, focus, changed, saved },
      caption: captionOf(happening, before, heap),
      pages: this.#heap.memory.buffer.byteLength / PAGE,
    });
  }

  #carryOut(
    action: Action,
    allocations: Moment["allocations"],
    first: number,
    before: Uint8Array,
  ): Happening {
    const heap = this.#heap;
    const named = "id" in action ? allocations[action.id] : undefined;
    if ("id" in action && named === undefined) return { kind: "nothing", id: action.id };
    const from = named?.pointer ?? 0;
    try {
      switch (action.kind) {
        case "malloc":
          return { kind: "allocated", action, pointer: heap.malloc(action.size) };
        case "calloc":
          return { kind: "allocated", action, pointer: heap.calloc(action.count, action.size) };
        case "aligned":
          return {
            ...{ kind: "allocated", action },
            pointer: heap.alignedAlloc(action.alignment, action.size),
          };
        case "realloc":
          return {
            ...{ kind: "reallocated", from, size: action.size },
            pointer: heap.realloc(from, action.size),
          };
        case "free":
          return this.#free(from + action.offset, before);
        case "free-at":
          return this.#free(first + action.offset, before);
      }
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
      const pointer = action.kind === "free-at" ? first + action.offset : from;
      return {
        ...{ kind: "refused", error, call: callOf(action, pointer) },
        hasChangedBytes: this.#differs(before, 0, before.length),
      };
    }
  }

  #free(pointer: number, before: Uint8Array): Happening {
    const heap = this.#heap;
    let size = 0;
    try {
      size = heap.usableSize(pointer);
    } catch {
      // Then free() says what is wrong.
    }
    heap.free(pointer);
    const hasChangedBytes = this.#differs(before, pointer, size);
    return { kind: "freed", pointer, hasChangedBytes };
  }

  #differs(before: Uint8Array, start: number, size: number): boolean {
    const after = this.#heap.u8;
    for (let at = start; at < start + size; at++) if (after[at] !== before[at]) return true;
    return after.length !== before.length;
  }

  #changedWords(before: Uint8Array): Set<number> {
    const was = new Uint32Array(before.buffer);
    const is = this.#heap.u32;
    const changed = new Set<number>();
    for (let i = 0; i < is.length; i++) if (is[i] !== (was[i] ?? 0)) changed.add(4 * i);
    return changed;
  }

  /** Writes the letter of what was allocated into it, too. */
  #allocationsAfter(
    action: Action,
    happening: Happening,
    before: Moment["allocations"],
  ): (Allocation | undefined)[] {
    const after = [...before];
    const fill = (id: number, from: number, to: number) =>
      this.#heap.u8.fill(letterOf(id).charCodeAt(0), from, to);
    if (action.kind === "malloc" || action.kind === "calloc" || action.kind === "aligned") {
      const id = after.length;
      if (happening.kind !== "allocated") return [...after, undefined];
      const { pointer } = happening;
      const size = action.kind === "calloc" ? action.count * action.size : action.size;
      if (action.kind !== "calloc") fill(id, pointer, pointer + size);
      after.push({ id, pointer, size, isLive: true });
    } else if (happening.kind === "reallocated" && action.kind === "realloc") {
      const { pointer, size } = happening;
      fill(action.id, pointer + Math.min(size, before[action.id]!.size), pointer + size);
      after[action.id] = { id: action.id, pointer, size, isLive: true };
    } else if (happening.kind === "freed") {
      const its = before.findLast((one) => one?.isLive && one.pointer === happening.pointer);
      if (its !== undefined) after[its.id] = { ...its, isLive: false };
    }
    return after;
  }
}

function focusOf(action: Action, happening: Happening, before: Moment): number {
  if ("pointer" in happening) return happening.pointer;
  if (action.kind === "free-at") return firstOf(before.heap) + action.offset;
  if ("id" in action) {
    const pointer = before.allocations[action.id]?.pointer;
    if (pointer !== undefined) return pointer + ("offset" in action ? action.offset : 0);
  }
  return before.focus;
}
