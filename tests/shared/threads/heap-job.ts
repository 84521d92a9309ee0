// What the threads do on a shared heap. Each 16 bytes have a word in the owner map; blocks also change hands.

import type { SharedHeap, SharedHeapHandle } from "../../../src/shared/index.js";
import { randomFrom } from "../../support/random.js";
import type { Report } from "./job.js";

export interface HeapJob {
  readonly handle: SharedHeapHandle;
  /** A word for each 16 bytes of memory: 0, twice the id of who holds it, and 1 more where a block begins. */
  readonly owners: SharedArrayBuffer;
  /** Pairs of words, pointer and size, of blocks that anybody may take over; 0 where there is none. */
  readonly mailbox: SharedArrayBuffer;
  readonly seed: number;
  readonly pairs: number;
  readonly most: number;
  readonly maxSize: number;
  readonly announces: boolean;
}

/** In the owner map: in the mailbox. */
export const MAILED = 0x3fffffff;

export function workOnHeap(heap: SharedHeap, job: HeapJob): Report {
  const random = randomFrom(job.seed);
  const owners = new Int32Array(job.owners);
  const mailbox = new Int32Array(job.mailbox);
  const pointers: number[] = [];
  const sizes: number[] = [];
  let pairs = 0;
  let overlaps = 0;
  let refused = 0;

  const mark = (pointer: number, size: number, from: number, to: number) => {
    const first = pointer >>> 4;
    const end = (pointer + size + 15) >>> 4;
    for (let unit = first; unit < end; unit++) {
      const start = unit === first ? 1 : 0;
      const was = from === 0 ? 0 : 2 * from + start;
      const is = to === 0 ? 0 : 2 * to + start;
      if (Atomics.compareExchange(owners, unit, was, is) !== was) overlaps++;
    }
  };
  const drop = (index: number) => {
    pointers[index] = pointers[pointers.length - 1] as number;
    sizes[index] = sizes[sizes.length - 1] as number;
    pointers.pop();
    sizes.pop();
  };
  const allocate = () => {
    // Mostly small ones.
    const size = 1 + random(random(8) === 0 ? job.maxSize : 480);
    const pointer = random(16) === 0 ? heap.alignedAlloc(64, size) : heap.tryMalloc(size);
    if (pointer === undefined) {
      refused++;
      return;
    }
    mark(pointer, size, 0, heap.id);
    pointers.push(pointer);
    sizes.push(size);
    pairs++;
  };
  const free = (index: number) => {
    mark(pointers[index] as number, sizes[index] as number, heap.id, 0);
    heap.free(pointers[index] as number);
    drop(index);
  };
  /** Gives a block away, and frees what was given before. */
  const mail = (index: number) => {
    const slot = 2 * random(mailbox.length / 2);
    // Taken in hand: −1 is nobody's pointer.
    const old = Atomics.exchange(mailbox, slot, -1);
    if (old === -1) return;
    if (old !== 0) {
      mark(old, mailbox[slot + 1] as number, MAILED, 0);
      heap.free(old);
    }
    const pointer = pointers[index] as number;
    mark(pointer, sizes[index] as number, heap.id, MAILED);
    mailbox[slot + 1] = sizes[index] as number;
    drop(index);
    Atomics.store(mailbox, slot, pointer);
  };
  const resize = (index: number) => {
    const longer = 1 + random(job.maxSize);
    mark(pointers[index] as number, sizes[index] as number, heap.id, 0);
    const pointer = heap.realloc(pointers[index] as number, longer);
    mark(pointer, longer, 0, heap.id);
    pointers[index] = pointer;
    sizes[index] = longer;
  };

  while (pairs < job.pairs) {
    if (pointers.length === 0 || (pointers.length < job.most && random(2) === 0)) allocate();
    else {
      const index = random(pointers.length);
      const kind = random(32);
      if (kind === 0) resize(index);
      else if (kind < 4) mail(index);
      else free(index);
    }
    if (refused > 1000 && pointers.length > 0) free(0);
  }
  while (pointers.length > 0) free(0);
  return { pairs, overlaps, refused };
}
