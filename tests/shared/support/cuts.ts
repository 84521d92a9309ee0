// Stops every call at every one of its steps (each store of the call, and each store of the log before it), lets another
// instance recover, and compares the whole memory with what it was before the call.

import type { SharedExports } from "../../../src/shared/core.js";
import { AT, FIRST_PAGES, PAGE } from "../../../src/shared/layout.js";
import { randomFrom } from "../../support/seed.js";

interface Stopping extends SharedExports {
  setFuse(steps: number): void;
  undoCount(): number;
}

export interface CutCounts {
  calls: number;
  cuts: number;
  /** Cuts in the middle of the recovery from a cut. */
  nested: number;
  /** Most entries that one call had in the undo log. */
  mostEntries: number;
  /** Calls in which the memory grew. */
  growths: number;
}

export interface CutOptions {
  readonly module: WebAssembly.Module;
  readonly policy: number;
  readonly capacity: number;
  readonly calls: number;
  readonly seed: number;
}

const NEXT_ID = 32;
const UNDO_COUNT = 128;
const MAXIMUM = 4096;
const [WORKER, SURVIVOR, OTHER] = [1, 2, 3];

export function cutEverywhere({ module, policy, capacity, calls, seed }: CutOptions): CutCounts {
  const random = randomFrom(seed);
  const counts: CutCounts = { calls: 0, cuts: 0, nested: 0, mostEntries: 0, growths: 0 };
  let memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MAXIMUM, shared: true });
  /** The worker, the one that survives, and one that dies recovering: each always with the same id. */
  const attach = (id: number): Stopping => {
    new Uint32Array(memory.buffer)[NEXT_ID / 4] = id - 1;
    const exports = new WebAssembly.Instance(module, { env: { memory } })
      .exports as unknown as Stopping;
    exports.setMayWait(1);
    exports.attach();
    return exports;
  };
  const bytes = () => Buffer.from(memory.buffer as ArrayBuffer);
  /** All that recovery is to bring back. Not: ids, lock, log, scratch. */
  const state = () => [bytes().subarray(0, NEXT_ID), bytes().subarray(AT.engine)] as const;
  const copyState = () => state().map((part) => Buffer.from(part));
  const isState = (copy: Buffer[]) =>
    state().every((part, i) => {
      const then = copy[i] as Buffer;
      return part.subarray(0, then.length).equals(then) && isZero(part.subarray(then.length));
    });

  let worker = attach(WORKER);
  if (worker.setUp(policy, capacity, 2 ** 28, 1) !== 0) throw new Error("cannot set up");
  worker = attach(WORKER);
  let survivor = attach(SURVIVOR);
  const live: number[] = [];

  /** What a worker may do, with all its arguments drawn; the call itself, to be made again and again. */
  function draw(): { call: (exports: Stopping) => number; done: (result: number) => void } {
    const size = 1 + random(100);
    const index = random(live.length);
    const address = live[index] as number;
    const drop = () => {
      live[index] = live[live.length - 1] as number;
      live.pop();
    };
    const fills = counts.calls < calls / 3 || (counts.calls < (calls * 2) / 3 && random(2) === 0);
    const kind = random(10);
    if (live.length > 0 && kind === 0)
      return { call: (x) => x.extend(address, size), done: () => {} };
    if (live.length > 0 && kind === 1)
      return {
        call: (x) => x.resize(address, size),
        done: (moved) => {
          if (moved >= 0) live[index] = moved;
        },
      };
    if (kind === 2) {
      const at = random(Math.min(capacity, 2 ** 31) - 100);
      return {
        call: (x) => x.reserve(at, size, 1, 3),
        done: (status) => status === 0 && live.push(at),
      };
    }
    if (live.length > 1 && kind === 3) {
      // Two calls as one.
      const other = live[index === 0 ? 1 : 0] as number;
      return {
        call: (x) => {
          x.lock();
          x.free(address);
          x.free(other);
          const moved = x.allocate(size, 1, 4);
          x.unlock();
          return moved;
        },
        done: (moved) => {
          live.splice(0, live.length, ...live.filter((a) => a !== address && a !== other));
          if (moved >= 0) live.push(moved);
        },
      };
    }
    if (fills || live.length === 0) {
      const alignment = kind === 4 ? 2 ** random(8) : 1;
      return {
        call: (x) => x.allocate(size, alignment, 5),
        done: (result) => result >= 0 && live.push(result),
      };
    }
    return { call: (x) => x.free(address), done: (status) => status === 0 && drop() };
  }

  while (counts.calls < calls) {
    const where = `policy ${policy}, call ${counts.calls}, seed ${seed}`;
    const { call, done } = draw();
    const before = copyState();
    const pages = memory.buffer.byteLength / PAGE;
    const result = call(worker);
    const after = copyState();
    // Back to before the call, in a memory of the size that it had then.
    if (memory.buffer.byteLength / PAGE > pages) {
      counts.growths++;
      const old = bytes();
      memory = new WebAssembly.Memory({ initial: pages, maximum: MAXIMUM, shared: true });
      old.copy(bytes(), 0, 0, pages * PAGE);
      survivor = attach(SURVIVOR);
      worker = attach(WORKER);
    }
    state().forEach((part, i) => {
      (before[i] as Buffer).copy(part);
    });
    for (let step = 1; ; step++) {
      worker.setFuse(step);
      const repeated = callOrStop(() => call(worker));
      const entries = new Uint32Array(memory.buffer)[UNDO_COUNT / 4] as number;
      counts.mostEntries = Math.max(counts.mostEntries, entries);
      worker.setFuse(0);
      if (repeated !== undefined) {
        if (repeated !== result || !isState(after))
          throw new Error(`${where}: not the same result again: ${result}, then ${repeated}`);
        break;
      }
      counts.cuts++;
      const dead = survivor.holder();
      if (dead !== 0) {
        let last = dead;
        // Now and then the worker that recovers is stopped in turn.
        if (entries > 0 && random(8) === 0) {
          counts.nested++;
          const another = attach(OTHER);
          another.setFuse(1 + random(entries));
          if (callOrStop(() => another.takeOver(dead)) !== undefined)
            throw new Error(`${where}: recovery was not cut short`);
          last = survivor.holder();
        }
        if (survivor.takeOver(last) < 0) throw new Error(`${where}: not taken over`);
        survivor.unlock();
      }
      worker = attach(WORKER);
      if (isState(before)) continue;
      if (!isState(after)) throw new Error(`${where}, step ${step}: neither undone nor done`);
      break; // it was committed already
    }
    const status = survivor.validate();
    if (status !== 0) throw new Error(`${where}: invalid, ${status} at ${survivor.corruptionAt()}`);
    counts.calls++;
    done(result);
  }
  return counts;
}

const ZEROS = Buffer.alloc(PAGE);
function isZero(part: Buffer): boolean {
  for (let at = 0; at < part.length; at += PAGE) {
    const page = part.subarray(at, at + PAGE);
    if (!page.equals(ZEROS.subarray(0, page.length))) return false;
  }
  return true;
}

/** Undefined if it was stopped. */
function callOrStop(call: () => number): number | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return undefined;
    throw error;
  }
}
