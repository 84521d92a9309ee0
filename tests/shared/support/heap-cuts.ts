// As cuts.ts, for the heap: every call stopped at every one of its steps, and the whole memory compared after recovery. A
// realloc that moves its block is two calls in one, and flush is one for each block: they may also end between them.

import { viewsOf } from "../../../src/heap/views.js";
import { HeapBlocks } from "../../../src/shared/heap-blocks.js";
import type { SharedHeapExports } from "../../../src/shared/heap-core.js";
import { AT, CACHE, HEADER_BYTES, OWN_PAGES, RECOVERY } from "../../../src/shared/layout.js";
import { randomFrom } from "../../support/random.js";
import type { CutCounts } from "./cuts.js";

interface Stopping extends SharedHeapExports {
  setFuse(steps: number): void;
}

export interface HeapCutOptions {
  readonly module: WebAssembly.Module;
  /** At least; up to five times as many until the memory has grown and a flush was cut between two blocks. */
  readonly calls: number;
  readonly seed: number;
}

const freeOn = (x: Stopping, pointer: number) => {
  x.free(pointer);
  return 0;
};

const BASE = 1024;
const CONTROL = BASE + HEADER_BYTES;
const MAXIMUM = 256;
/** Of the kinds of calls. */
const FLUSH = 8;
const PAGE = 65536;
const NEXT_ID = 32;
const UNDO_COUNT = 128;
const [WORKER, SURVIVOR, OTHER] = [1, 2, 3];

export interface HeapCutCounts extends CutCounts {
  /** Cuts after which a flush had given back some of its blocks. */
  between: number;
}

export function cutHeapEverywhere({ module, calls, seed }: HeapCutOptions): HeapCutCounts {
  const random = randomFrom(seed);
  const counts: HeapCutCounts = {
    ...{ calls: 0, cuts: 0, nested: 0, mostEntries: 0, growths: 0, between: 0 },
  };
  let memory = new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM, shared: true });
  const word = (address: number) => new Uint32Array(memory.buffer)[address / 4] as number;
  const setWord = (address: number, value: number) => {
    new Uint32Array(memory.buffer)[address / 4] = value;
  };
  const instance = () =>
    new WebAssembly.Instance(module, { env: { memory, waiting: () => {} } })
      .exports as unknown as Stopping;
  /** Always with the same id, and with the cache that this id had. */
  const attach = (id: number) => {
    const exports = instance();
    exports.setMayWait(1);
    setWord(BASE + NEXT_ID, id - 1);
    for (let at = word(BASE + AT.caches); at !== 0; at = word(at))
      if (word(at + CACHE.owner) === id) setWord(at + CACHE.owner, 0);
    if (exports.attach(BASE) !== id) throw new Error("cannot attach");
    return exports;
  };
  const first = instance();
  if (first.setUp(BASE, MAXIMUM, RECOVERY | OWN_PAGES) !== 0) throw new Error("cannot set up");
  let worker = attach(WORKER);
  let survivor = attach(SURVIVOR);
  attach(OTHER);
  const blocks = () => new HeapBlocks(() => viewsOf(memory.buffer), BASE, CONTROL);
  const state = () => Buffer.from(memory.buffer as ArrayBuffer, CONTROL);
  const isState = (then: Buffer) => {
    const now = state();
    return (
      now.subarray(0, then.length).equals(then) &&
      now.subarray(then.length).equals(Buffer.alloc(now.length - then.length))
    );
  };

  const live: number[] = [];
  const rareSeen = () => counts.growths > 0 && counts.between > 0;
  while (counts.calls < calls || (counts.calls < 5 * calls && !rareSeen())) {
    const where = `call ${counts.calls}, seed ${seed}`;
    const index = random(live.length);
    const pointer = live[index] as number;
    const size = 1 + random([60, 500, 5000, 60_000][random(4)] as number);
    const alignment = 32 << random(6);
    const flushes = random(12) === 0;
    const kind = flushes ? FLUSH : live.length === 0 ? 0 : random(live.length < 60 ? 6 : 8);
    const call = (x: Stopping): number =>
      kind < 3
        ? x.malloc(size)
        : kind === 3
          ? x.aligned_alloc(alignment, size)
          : kind === 4
            ? x.realloc(pointer, size)
            : kind === FLUSH
              ? x.flush()
              : freeOn(x, pointer);
    const before = Buffer.from(state());
    const pages = memory.buffer.byteLength / PAGE;
    const { usedBytes } = blocks().stats();
    const result = call(worker);
    const after = Buffer.from(state());
    if (memory.buffer.byteLength / PAGE > pages) {
      counts.growths++;
      const old = Buffer.from(memory.buffer as ArrayBuffer);
      memory = new WebAssembly.Memory({ initial: pages, maximum: MAXIMUM, shared: true });
      old.copy(Buffer.from(memory.buffer as ArrayBuffer), 0, 0, pages * PAGE);
      before.copy(state());
      survivor = attach(SURVIVOR);
      worker = attach(WORKER);
    }
    const restore = () => {
      state().fill(0);
      before.copy(state());
    };
    restore();
    for (let step = 1; ; step++) {
      worker.setFuse(step);
      let repeated: number | undefined;
      try {
        repeated = call(worker);
      } catch (error) {
        if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      }
      const entries = word(BASE + UNDO_COUNT);
      counts.mostEntries = Math.max(counts.mostEntries, entries);
      worker.setFuse(0);
      if (repeated !== undefined) {
        if (repeated !== result || !isState(after)) throw new Error(`${where}: not the same again`);
        break;
      }
      counts.cuts++;
      const dead = survivor.holder();
      if (dead !== 0) {
        let last = dead;
        if (entries > 0 && random(8) === 0) {
          counts.nested++;
          const another = attachWhileLocked(OTHER);
          another.setFuse(1 + random(entries));
          try {
            another.takeOver(dead);
            throw new Error(`${where}: recovery was not cut short`);
          } catch (error) {
            if (!(error instanceof WebAssembly.RuntimeError)) throw error;
          }
          last = survivor.holder();
        }
        if (survivor.takeOver(last) < 0) throw new Error(`${where}: not taken over`);
        survivor.unlock();
      }
      const isBefore = isState(before);
      const isAfter = !isBefore && isState(after);
      if (counts.cuts % 16 === 0) blocks().validate();
      if (!isBefore && !isAfter) {
        if (kind === FLUSH) {
          blocks().validate();
          blocks().validateCaches();
          if (blocks().stats().usedBytes !== usedBytes) throw new Error(`${where}: lost in flush`);
          counts.between++;
        } else if (kind !== 4 || result === pointer)
          throw new Error(`${where}, kind ${kind}, step ${step}: neither undone nor done`);
        restore();
      }
      worker = attach(WORKER);
      if (isAfter) break;
    }
    blocks().validate();
    blocks().validateCaches();
    counts.calls++;
    if (kind < 4) live.push(result >>> 0);
    else if (kind === 4) live[index] = result >>> 0;
    else if (kind !== FLUSH) live.splice(index, 1);
  }
  return counts;

  /** `attach` takes the lock to find its cache: let it be free for that moment. */
  function attachWhileLocked(id: number): Stopping {
    const lock = word(BASE + AT.lock);
    const log = word(BASE + UNDO_COUNT);
    setWord(BASE + AT.lock, 0);
    setWord(BASE + UNDO_COUNT, 0);
    const entries = Buffer.from(
      Buffer.from(memory.buffer as ArrayBuffer, BASE, HEADER_BYTES).subarray(20736),
    );
    const exports = attach(id);
    entries.copy(Buffer.from(memory.buffer as ArrayBuffer, BASE + 20736, entries.length));
    setWord(BASE + UNDO_COUNT, log);
    setWord(BASE + AT.lock, lock);
    return exports;
  }
}
