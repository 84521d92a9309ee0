// What the threads of these tests are told to do, and how a worker does it. The same code runs in Node and in pages.

import type { SharedAllocator, SharedAllocatorHandle } from "../../../src/shared/index.js";
import { randomFrom } from "../../support/random.js";

export interface Job {
  readonly handle: SharedAllocatorHandle;
  /** One word for each address: 0, or the id of who holds it. */
  readonly owners: SharedArrayBuffer;
  readonly seed: number;
  /** Allocations to make, each freed in the end; `Infinity` for a worker that is to be terminated. */
  readonly pairs: number;
  /** Blocks held at most. */
  readonly most: number;
  readonly maxSize: number;
  /** Also resize, extend and lock several calls together. */
  readonly everything: boolean;
  /** Take a Web Lock first. */
  readonly announces: boolean;
}

export interface Report {
  readonly pairs: number;
  /** Addresses that somebody else held. */
  readonly overlaps: number;
  /** Allocations that found no room. */
  readonly refused: number;
}

/** Allocates and frees at random; every address is claimed in the owner map, so that an overlap is seen at once. */
export function work(allocator: SharedAllocator, job: Job): Report {
  const random = randomFrom(job.seed);
  const owners = new Int32Array(job.owners);
  const me = allocator.id;
  const starts: number[] = [];
  const sizes: number[] = [];
  let pairs = 0;
  let overlaps = 0;
  let refused = 0;

  const claim = (start: number, from: number, to: number) => {
    for (let at = start + from; at < start + to; at++)
      if (Atomics.compareExchange(owners, at, 0, me) !== 0) overlaps++;
  };
  const disclaim = (start: number, from: number, to: number) => {
    for (let at = start + from; at < start + to; at++)
      if (Atomics.compareExchange(owners, at, me, 0) !== me) overlaps++;
  };
  const allocate = () => {
    const size = 1 + random(job.maxSize);
    const start = allocator.tryAllocate(size);
    if (start === undefined) {
      refused++;
      return;
    }
    claim(start, 0, size);
    starts.push(start);
    sizes.push(size);
    pairs++;
  };
  const free = (index: number) => {
    const start = starts[index] as number;
    disclaim(start, 0, sizes[index] as number);
    allocator.free(start);
    starts[index] = starts[starts.length - 1] as number;
    sizes[index] = sizes[sizes.length - 1] as number;
    starts.pop();
    sizes.pop();
  };
  const extend = (index: number) => {
    const start = starts[index] as number;
    const size = sizes[index] as number;
    const longer = 1 + random(job.maxSize);
    if (longer < size) disclaim(start, longer, size);
    const done = allocator.tryExtend(start, longer);
    if (longer > size && done) claim(start, size, longer);
    if (done) sizes[index] = longer;
  };

  while (pairs < job.pairs) {
    if (job.everything && starts.length > 1 && random(8) === 0) {
      if (random(2) === 0) extend(random(starts.length));
      else
        allocator.lock(() => {
          free(random(starts.length));
          allocate();
        });
    } else if (starts.length === 0 || (starts.length < job.most && random(2) === 0)) allocate();
    else free(random(starts.length));
    if (refused > 1000 && starts.length > 0) free(0);
  }
  while (starts.length > 0) free(0);
  return { pairs, overlaps, refused };
}
