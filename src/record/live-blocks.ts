// The blocks that are live at one point of a recording. Operations name addresses; here they become blocks: which block
// an address belongs to, and what is left of one when only a part of its range is freed.

/** One block of a recording, from its allocation to its free. */
export interface RecordedBlock {
  /** 0, 1, 2 … in the order in which the blocks of the recording appear. */
  readonly id: number;
  /** Where it lies; changes when it is moved. */
  readonly address: number;
  /** How long it is. */
  readonly size: number;
  /** The alignment that was asked for, 1 if none. */
  readonly alignment: number;
  /** The empty string if none was given. */
  readonly label: string;
  /** The frames of the call that allocated it, one a line, innermost first; the empty string if not recorded. */
  readonly site: string;
  /** When it was allocated, in µs since the recording began; 0 if it was there before. */
  readonly time: number;
}

/** A block before it has a number. */
export type NewBlock = Omit<RecordedBlock, "id">;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What the freeing of a range did to the blocks it touches. */
export interface FreedRange {
  readonly freed: readonly RecordedBlock[];
  /** What stays of those freed only in part: blocks of their own from now on. */
  readonly kept: readonly RecordedBlock[];
}

export class LiveBlocks {
  /** What every block takes a multiple of, from a multiple on. Their sizes are as asked for. */
  granularity = 1;
  readonly #byStart = new Map<number, Mutable<RecordedBlock>>();
  /** Where blocks start, from when an address is first looked for that none starts at. */
  #starts: SortedNumbers | undefined;
  #nextId = 0;

  get size(): number {
    return this.#byStart.size;
  }

  values(): IterableIterator<RecordedBlock> {
    return this.#byStart.values();
  }

  at(address: number): RecordedBlock | undefined {
    return this.#byStart.get(address);
  }

  add(block: NewBlock): RecordedBlock {
    // One by one: spreading, with the id of a block that was freed in part in it, takes twice as long.
    const { address, size, alignment, label, site, time } = block;
    const added = { id: this.#nextId++, address, size, alignment, label, site, time };
    this.#byStart.set(address, added);
    this.#starts?.put(address, true);
    return added;
  }

  remove(address: number): RecordedBlock | undefined {
    const block = this.#byStart.get(address);
    if (block !== undefined) this.#delete(address);
    return block;
  }

  /** How much a block of this size takes; also where one that ends at this address ends with what it takes. */
  roundUp(value: number): number {
    return Math.ceil(value / this.granularity) * this.granularity;
  }

  /**
   * Free what is live of `[address, address + size)`, rounded up. O(blocks touched); where no block starts at `address`, or
   * there are gaps, O(log n) more, after the first time O(n log n).
   */
  removeRange(address: number, size: number): FreedRange {
    const freed: RecordedBlock[] = [];
    const kept: RecordedBlock[] = [];
    const end = this.roundUp(address + size);
    for (
      let block = this.#byStart.get(address) ?? this.#firstOverlapping(address, end);
      block !== undefined && block.address < end;
      block = this.#after(block, end)
    ) {
      this.#delete(block.address);
      freed.push(block);
    }
    for (const block of freed) {
      const blockEnd = block.address + block.size;
      if (block.address < address) {
        kept.push(this.add({ ...block, size: address - block.address }));
      }
      if (blockEnd > end) {
        kept.push(this.add({ ...block, address: end, size: blockEnd - end }));
      }
    }
    return { freed, kept };
  }

  move(from: number, to: number): RecordedBlock | undefined {
    const block = this.#byStart.get(from);
    if (block === undefined) return undefined;
    this.#delete(from);
    block.address = to;
    this.#byStart.set(to, block);
    this.#starts?.put(to, true);
    return block;
  }

  relabel(address: number, label: string): RecordedBlock | undefined {
    const block = this.#byStart.get(address);
    if (block !== undefined) block.label = label;
    return block;
  }

  clear(): RecordedBlock[] {
    const all = [...this.#byStart.values()];
    this.#byStart.clear();
    this.#starts = undefined;
    return all;
  }

  #delete(address: number): void {
    this.#byStart.delete(address);
    this.#starts?.put(address, false);
  }

  #after(block: RecordedBlock, end: number) {
    const next = this.roundUp(block.address + block.size);
    if (next >= end) return undefined;
    return this.#byStart.get(next) ?? this.#firstOverlapping(next, end);
  }

  /** Blocks do not overlap: only the one that starts last before `from` can reach beyond it. */
  #firstOverlapping(from: number, until: number): Mutable<RecordedBlock> | undefined {
    if (this.#starts === undefined) {
      this.#starts = new SortedNumbers();
      for (const start of this.#byStart.keys()) this.#starts.put(start, true);
    }
    const [before, after] = this.#starts.around(from);
    const block = this.#byStart.get(before as number);
    if (block !== undefined && block.address + block.size > from) return block;
    return after !== undefined && after < until ? this.#byStart.get(after) : undefined;
  }
}

const LONGEST_RUN = 512;

/** Distinct numbers in ascending order, in runs, so that one more moves few. */
class SortedNumbers {
  readonly #runs: number[][] = [[]];

  /** From now on `value` is one of them, or is not. */
  put(value: number, isThere: boolean): void {
    const [at, run, place] = this.#find(value);
    const old = run[place] === value ? 1 : 0;
    if (isThere) run.splice(place, old, value);
    else run.splice(place, old);
    if (run.length > LONGEST_RUN) this.#runs.splice(at + 1, 0, run.splice(LONGEST_RUN / 2));
    else if (run.length === 0 && this.#runs.length > 1) this.#runs.splice(at, 1);
  }

  /** The last number below `value`, and the first that is not; `value` is none of them. */
  around(value: number): [number | undefined, number | undefined] {
    const [at, run, place] = this.#find(value);
    return [run[place - 1], run[place] ?? this.#runs[at + 1]?.[0]];
  }

  #find(value: number): [at: number, run: number[], place: number] {
    const at = Math.max(0, countBelow(this.#runs, value + 1, ([first]) => first as number) - 1);
    const run = this.#runs[at] as number[];
    return [at, run, countBelow(run, value, (number) => number)];
  }
}

/** How many items of a list, which is sorted by its keys, have a key below `value`. */
function countBelow<Item>(list: readonly Item[], value: number, keyOf: (item: Item) => number) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyOf(list[middle] as Item) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
