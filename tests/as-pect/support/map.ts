// An allocator under test beside a map of its addresses: who holds each. What the map says is obvious; the allocator must
// say the same, in status, address, free blocks and live blocks, and its checker must find nothing wrong.

import * as core from "../../../assembly/entries/ranges";
import * as field from "../../../assembly/kernel/field";
import {
  INSIDE_BLOCK,
  NODE_STORAGE,
  NOT_ALLOCATED,
  NOT_FREE,
  OK,
  OUT_OF_BOUNDS,
  OUT_OF_MEMORY,
} from "../../../assembly/kernel/status";

export const FIRST_FIT: u32 = 0;
export const NEXT_FIT: u32 = 1;
export const BEST_FIT: u32 = 2;
export const WORST_FIT: u32 = 3;

const MOST: i32 = 4096;

export class AddressMap {
  handle: usize;
  /** The label of the block that holds an address, 0 if it is free; and of which address the block starts at. */
  label: StaticArray<u32> = new StaticArray<u32>(MOST);
  start: StaticArray<i32> = new StaticArray<i32>(MOST);
  rover: i32 = 0;
  nextLabel: u32 = 1;
  /** The first thing that was wrong. */
  wrong: string = "";

  constructor(
    readonly policy: u32,
    readonly tracked: bool,
    public capacity: i32,
  ) {
    this.handle = <usize>core.create(policy, capacity, <u32>tracked);
  }

  drop(): void {
    core.destroy(this.handle);
  }

  private note(what: string, got: f64, expected: f64): void {
    if (!this.wrong.length)
      this.wrong = what + ": " + got.toString() + ", not " + expected.toString();
  }

  isLiveStart(address: i32): bool {
    return this.label[address] != 0 && this.start[address] == address;
  }

  /** End of the block, live or free, that holds the address. */
  endOf(address: i32): i32 {
    const label = this.label[address];
    const start = this.start[address];
    let end = address;
    while (end < this.capacity && this.label[end] == label && (!label || this.start[end] == start))
      end++;
    return end;
  }

  isFree(address: i32, size: i32): bool {
    for (let i = address; i < address + size; i++)
      if (i >= this.capacity || this.label[i]) return false;
    return true;
  }

  private hold(address: i32, size: i32, label: u32): void {
    for (let i = address; i < address + size; i++) {
      this.label[i] = label;
      this.start[i] = address;
    }
  }

  /** Where the policy must take it, −1 if nowhere. */
  private choose(size: i32, alignment: i32): i32 {
    let best = -1;
    let bestSize = 0;
    let afterRover = -1;
    for (let i = 0; i < this.capacity; i = this.endOf(i)) {
      if (this.label[i]) continue;
      const end = this.endOf(i);
      const aligned = ((i + alignment - 1) / alignment) * alignment;
      if (aligned + size > end) continue;
      if (afterRover < 0 && end > this.rover) afterRover = aligned;
      const have = end - i;
      const isBetter =
        this.policy == BEST_FIT ? have < bestSize : this.policy == WORST_FIT && have > bestSize;
      if (best >= 0 && !isBetter) continue;
      best = aligned;
      bestSize = have;
    }
    return this.policy == NEXT_FIT && afterRover >= 0 ? afterRover : best;
  }

  private newLabel(): u32 {
    return this.nextLabel++;
  }

  /** Whether a call was refused because no node could be had; then it must have changed nothing. */
  private isRefused(got: f64): bool {
    return got == NODE_STORAGE;
  }

  allocate(size: i32, alignment: i32): void {
    const label = this.newLabel();
    const expected = this.choose(size, alignment);
    const got = this.tracked
      ? core.allocateBlock(this.handle, size, alignment, label)
      : alignment == 1
        ? core.allocate(this.handle, size)
        : core.allocateBlock(this.handle, size, alignment, 0);
    if (this.isRefused(got)) return;
    if (got != (expected < 0 ? OUT_OF_MEMORY : <f64>expected)) this.note("allocate", got, expected);
    else if (expected >= 0) {
      this.hold(expected, size, label);
      this.rover = expected + size;
    }
  }

  /** Free a block, or of an untracked allocator any range. */
  free(address: i32, size: i32): void {
    let expected = OK;
    if (this.tracked) {
      if (!this.label[address]) expected = NOT_ALLOCATED;
      else if (!this.isLiveStart(address)) expected = INSIDE_BLOCK;
      size = this.endOf(address) - address;
    } else {
      for (let i = address; i < address + size; i++) if (!this.label[i]) expected = NOT_ALLOCATED;
    }
    const got = this.tracked
      ? core.freeBlock(this.handle, address)
      : core.free(this.handle, address, size);
    if (this.isRefused(got)) return;
    if (got != expected) this.note("free", got, expected);
    else if (got == OK) this.hold(address, size, 0);
  }

  reserve(address: i32, size: i32): void {
    const label = this.newLabel();
    let expected = address + size > this.capacity ? OUT_OF_BOUNDS : OK;
    if (expected == OK && !this.isFree(address, size)) expected = NOT_FREE;
    const got = this.tracked
      ? core.reserveBlock(this.handle, address, size, label)
      : core.reserveBlock(this.handle, address, size, 0);
    if (this.isRefused(got)) return;
    if (got != expected) this.note("reserve", got, expected);
    else if (got == OK) this.hold(address, size, label);
  }

  /** Change the size of the block that starts at `address`, in place. */
  resize(address: i32, newSize: i32): void {
    const label = this.label[address];
    const oldSize = this.endOf(address) - address;
    const isRoom = newSize <= oldSize || this.isFree(address + oldSize, newSize - oldSize);
    const got = this.tracked
      ? core.extendBlock(this.handle, address, newSize)
      : core.extend(this.handle, address, oldSize, newSize);
    if (this.isRefused(got)) return;
    const expected = isRoom ? OK : OUT_OF_MEMORY;
    if (got != expected) this.note("resize", got, expected);
    else if (isRoom) {
      this.hold(address, oldSize, 0);
      this.hold(address, newSize, label);
    }
  }

  move(from: i32, to: i32): void {
    const label = this.label[from];
    const size = this.endOf(from) - from;
    this.hold(from, size, 0);
    let expected = to + size > this.capacity ? OUT_OF_BOUNDS : OK;
    if (expected == OK && !this.isFree(to, size)) expected = NOT_FREE;
    const got = core.moveBlock(this.handle, from, to);
    this.hold(got == OK ? to : from, size, label);
    if (!this.isRefused(got) && got != expected) this.note("move", got, expected);
  }

  setLabel(address: i32): void {
    const label = this.newLabel();
    const size = this.endOf(address) - address;
    if (core.setLabel(this.handle, address, label) != OK) this.note("setLabel", -1, 0);
    this.hold(address, size, label);
  }

  setCapacity(capacity: i32): void {
    const before = this.capacity;
    let expected = OK;
    for (let i = capacity; i < before; i++) if (this.label[i]) expected = NOT_FREE;
    const got =
      capacity >= before ? core.grow(this.handle, capacity) : core.shrink(this.handle, capacity);
    if (this.isRefused(got)) return;
    if (got != expected) this.note("capacity", got, expected);
    else if (got == OK) {
      for (let i = before; i < capacity; i++) this.label[i] = 0;
      this.capacity = capacity;
    }
  }

  /** Free everything, and take again what was allocated, the last first: as snapshots are restored. */
  reload(): void {
    const rover = core.get(this.handle, field.ROVER);
    if (core.reset(this.handle) != OK) this.note("reset", 0, 1);
    for (let end = this.capacity; end > 0; ) {
      let start = end - 1;
      const label = this.label[start];
      const from = this.start[start];
      while (
        start > 0 &&
        this.label[start - 1] == label &&
        (!label || this.start[start - 1] == from)
      )
        start--;
      if (label && core.reserveBlock(this.handle, start, end - start, label) != OK)
        this.note("reload", start, end);
      end = start;
    }
    core.setRover(this.handle, rover);
  }

  /** The checker finds nothing wrong. */
  validate(what: string): void {
    const status = core.validate(this.handle);
    if (status != OK) this.note("validate after " + what, status, core.corruptionAt());
  }

  /** All that can be read of the allocator is as the map says. */
  check(what: string): void {
    if (this.wrong.length) {
      if (!this.wrong.includes(" after ")) this.wrong += " after " + what;
      return;
    }
    this.validate(what);
    let free: f64 = 0;
    let largest: f64 = 0;
    let freeBlocks: f64 = 0;
    let liveBlocks: f64 = 0;
    let nextFree: f64 = 0;
    let nextLive: f64 = 0;
    for (let i = 0; i < this.capacity; i = this.endOf(i)) {
      const end = this.endOf(i);
      const size = end - i;
      if (this.label[i] == 0) {
        free += size;
        largest = max<f64>(largest, size);
        freeBlocks++;
        this.expectNext(false, nextFree, i, size, 0, what);
        nextFree = end;
      } else if (this.tracked) {
        liveBlocks++;
        this.expectNext(true, nextLive, i, size, this.label[i], what);
        nextLive = end;
      }
    }
    const h = this.handle;
    if (core.get(h, field.FREE_MEMORY) != free)
      this.note("free memory after " + what, core.get(h, field.FREE_MEMORY), free);
    if (core.get(h, field.LARGEST) != largest)
      this.note("largest after " + what, core.get(h, field.LARGEST), largest);
    if (core.get(h, field.FREE_BLOCKS) != freeBlocks)
      this.note("free blocks after " + what, core.get(h, field.FREE_BLOCKS), freeBlocks);
    if (core.get(h, field.LIVE_BLOCKS) != liveBlocks)
      this.note("live blocks after " + what, core.get(h, field.LIVE_BLOCKS), liveBlocks);
    if (core.get(h, field.CAPACITY) != this.capacity)
      this.note("capacity after " + what, core.get(h, field.CAPACITY), this.capacity);
    if (core.get(h, field.ROVER) != (this.policy == NEXT_FIT ? <f64>this.rover : 0))
      this.note("rover after " + what, core.get(h, field.ROVER), this.rover);
  }

  /** The first block that ends after `address` is this one. */
  private expectNext(
    isLive: bool,
    address: f64,
    start: i32,
    size: i32,
    label: u32,
    what: string,
  ): void {
    const count = isLive
      ? core.copyLiveBlocks(this.handle, address, 1)
      : core.copyFreeBlocks(this.handle, address, 1);
    const at = core.resultAddress();
    if (
      count != 1 ||
      load<f64>(at) != start ||
      load<f64>(at, 8) != size ||
      (isLive && load<f64>(at, 16) != label)
    )
      this.note(
        (isLive ? "live block at " : "free block at ") + start.toString() + " after " + what,
        load<f64>(at),
        load<f64>(at, 8),
      );
  }
}
