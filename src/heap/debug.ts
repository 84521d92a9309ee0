// Debug mode: the malloc family, with bytes around each block that nobody may write, freed blocks that are filled and
// kept for a while before they are used again, and the call site of each block. Red zones and the fill values 0xcd,
// 0xdd and 0xfd are those of Microsoft's C run-time (1990s); the quarantine of freed blocks is AddressSanitizer's
// (Serebryany et al., 2012).
//
//   block of the heap       pointer            pointer + size
//   |  0xfd … (≥ 16 bytes)  |  size bytes      |  0xfd … to the end of the block (≥ 16 bytes)
//                              0xcd when new, 0xdd when freed
//
// The records of blocks are JavaScript objects, found by pointer: nothing that a program does to its memory can spoil
// them.

import { type HeapFunctions, type HeapImports, isPowerOfTwo, posixMemalign } from "./core.js";
import { HeapPointerError, OverwrittenError, rangeNote } from "./errors.js";
import type { MemoryViews } from "./views.js";

const RED = 0xfd;
const NEW = 0xcd;
const FREED = 0xdd;
const ZONE = 16;
const QUARANTINE_BYTES = 1_048_576;
const SITE_LINES = 8;
/** Calls between a stack trace and the program: `siteOf`, two functions of DebugFunctions, one of Heap or its imports. */
const OWN_CALLS = 4;

/** What a heap in debug mode can be told. */
export interface DebugOptions {
  /** Freed blocks are kept from use until there are so many bytes of them; by default 1 MiB. */
  readonly quarantine?: number;
}

/** Live blocks from one call site. */
export interface Leak {
  /** Where they were allocated: lines of a stack trace, innermost first. */
  readonly site: string;
  /** How many there are. */
  readonly count: number;
  /** Bytes asked for, in all. */
  readonly bytes: number;
  /** Pointer to the oldest of them. */
  readonly pointer: number;
}

interface BlockRecord {
  readonly pointer: number;
  readonly size: number;
  /** Start of the heap's own block, and its usable bytes. */
  readonly start: number;
  readonly bytes: number;
  readonly site: string;
  freedAt: string;
  /** Of a freed block: the one that was freed after it. */
  next: BlockRecord | undefined;
  /** A freed block's damage was thrown once, so that it does not spoil every free from then on. */
  isReported: boolean;
}

/** The lines of a stack trace from the program's own call on. */
function siteOf(ownCalls: number): string {
  const lines = (new Error().stack ?? "").split("\n");
  if (lines[0]?.startsWith("Error")) lines.shift(); // V8 has a heading
  return lines
    .slice(ownCalls, ownCalls + SITE_LINES)
    .map((line) => line.replace(/^\s*at /, ""))
    .join("\n");
}

const firstLine = (site: string) => site.split("\n", 1)[0] || "an unknown place";

/** The malloc family in debug mode, on the family of a heap. */
export class DebugFunctions implements HeapFunctions {
  readonly #family: HeapFunctions;
  readonly #views: () => MemoryViews;
  readonly #limit: number;
  readonly #live = new Map<number, BlockRecord>();
  readonly #quarantine = new Map<number, BlockRecord>();
  /** The first and last in it: to find the first of a Map takes time for all that were deleted before it. */
  #oldest: BlockRecord | undefined;
  #newest: BlockRecord | undefined;
  /** Pointers to blocks that were given back to the heap. */
  readonly #former = new Set<number>();
  /** Call sites, so that equal ones are one string. */
  readonly #sites = new Map<string, string>();
  #quarantined = 0;

  /** `views` gives the memory as it is now. */
  constructor(family: HeapFunctions, views: () => MemoryViews, quarantine = QUARANTINE_BYTES) {
    this.#family = family;
    this.#views = views;
    this.#limit = quarantine;
  }

  readonly malloc = (size: number) => this.#allocate(16, size, NEW);

  readonly calloc = (count: number, size: number) =>
    count * size < 2 ** 32 ? this.#allocate(16, count * size, 0) : 0;

  readonly aligned_alloc = (alignment: number, size: number) =>
    this.#allocate(Math.max(alignment >>> 0, 16), size >>> 0, NEW);

  /** Always moves, so that a pointer to the old place is found out. */
  readonly realloc = (pointer: number, size: number) => {
    const old = this.#find("realloc", pointer);
    this.#checkZones(old);
    this.#makeRoom(old);
    const moved = this.#allocate(16, size, NEW);
    if (moved === 0) return 0;
    this.#views().u8.copyWithin(moved, pointer, pointer + Math.min(size, old.size));
    this.#release(old);
    return moved;
  };

  /** Throws when the pointer names no live block. */
  readonly check = (pointer: number, method = "check") => {
    this.#find(method, pointer);
    return 0;
  };

  readonly free_checked = (pointer: number) => {
    const record = this.#find("free", pointer);
    this.#checkZones(record);
    this.#makeRoom(record);
    this.#release(record);
    return 0;
  };

  /** Exactly the bytes asked for: the rest is red zone. */
  readonly malloc_usable_size = (pointer: number) => this.#find("usableSize", pointer).size;

  /** The same for other modules, with C semantics; what throws here ends their call. */
  readonly imports: HeapImports = {
    malloc: (size) => this.malloc(size >>> 0),
    free: (pointer) => {
      if (pointer !== 0) this.free_checked(pointer >>> 0);
    },
    calloc: (count, size) => this.calloc(count >>> 0, size >>> 0),
    realloc: (pointer, size) =>
      pointer === 0 ? this.malloc(size >>> 0) : this.realloc(pointer >>> 0, size >>> 0),
    aligned_alloc: (alignment, size) =>
      isPowerOfTwo(alignment) ? this.aligned_alloc(alignment, size) : 0,
    posix_memalign: posixMemalign(this.aligned_alloc, () => this.#views().data),
    malloc_usable_size: (pointer) => (pointer === 0 ? 0 : this.malloc_usable_size(pointer >>> 0)),
  };

  /** Looks at every block, live or kept after its free; throws when one was overwritten. */
  checkAll(): void {
    for (const record of this.#live.values()) this.#checkZones(record);
    for (const record of this.#quarantine.values()) this.#checkFreed(record);
  }

  leaks(): Leak[] {
    const leaks = new Map<
      string,
      { site: string; count: number; bytes: number; pointer: number }
    >();
    for (const { site, size, pointer } of this.#live.values()) {
      const leak = leaks.get(site);
      if (leak) {
        leak.count++;
        leak.bytes += size;
      } else leaks.set(site, { site, count: 1, bytes: size, pointer });
    }
    return [...leaks.values()].sort((a, b) => b.bytes - a.bytes);
  }

  /** Bytes asked for by the live blocks. */
  get requested(): number {
    let bytes = 0;
    for (const { size } of this.#live.values()) bytes += size;
    return bytes;
  }

  reset(): void {
    this.#family.reset();
    this.#live.clear();
    this.#quarantine.clear();
    this.#oldest = this.#newest = undefined;
    this.#former.clear();
    this.#quarantined = 0;
  }

  #allocate(alignment: number, size: number, fill: number): number {
    const bytes = alignment + size + ZONE;
    if (bytes >= 2 ** 32) return 0;
    let start = this.#family.aligned_alloc(alignment, bytes) >>> 0;
    if (start === 0 && this.#quarantine.size > 0) {
      this.#shrinkQuarantine(0);
      start = this.#family.aligned_alloc(alignment, bytes) >>> 0;
    }
    if (start === 0) return 0;
    const usable = this.#family.malloc_usable_size(start) >>> 0;
    const pointer = start + alignment;
    const site = siteOf(OWN_CALLS);
    const known = this.#sites.get(site);
    if (known === undefined) this.#sites.set(site, site);
    this.#live.set(pointer, {
      ...{ pointer, size, start, bytes: usable },
      ...{ site: known ?? site, freedAt: "", next: undefined, isReported: false },
    });
    const memory = this.#views().u8;
    memory.fill(RED, start, pointer);
    memory.fill(fill, pointer, pointer + size);
    memory.fill(RED, pointer + size, start + usable);
    return pointer;
  }

  /** Lets the oldest freed blocks go so that this one can be kept; throws when one of those was overwritten. */
  #makeRoom(record: BlockRecord): void {
    this.#shrinkQuarantine(Math.max(0, this.#limit - record.bytes));
  }

  /** Fills a live block and keeps it from use, for which there is room. */
  #release(record: BlockRecord): void {
    record.freedAt = siteOf(OWN_CALLS);
    this.#views().u8.fill(FREED, record.pointer, record.pointer + record.size);
    this.#live.delete(record.pointer);
    this.#quarantine.set(record.pointer, record);
    if (this.#newest) this.#newest.next = record;
    else this.#oldest = record;
    this.#newest = record;
    this.#quarantined += record.bytes;
    if (this.#quarantined > this.#limit) this.#shrinkQuarantine(0); // larger than all of it
  }

  /** Gives the oldest freed blocks back to the heap; throws, before it gives back a block, when that was overwritten. */
  #shrinkQuarantine(bytes: number): void {
    for (let record = this.#oldest; record && this.#quarantined > bytes; record = this.#oldest) {
      if (!record.isReported) this.#checkFreed(record);
      this.#family.free_checked(record.start);
      this.#oldest = record.next;
      record.next = undefined;
      if (!this.#oldest) this.#newest = undefined;
      this.#quarantine.delete(record.pointer);
      this.#former.add(record.pointer);
      this.#quarantined -= record.bytes;
    }
  }

  #find(method: string, pointer: number): BlockRecord {
    const record = this.#live.get(pointer);
    if (record) return record;
    const freed = this.#quarantine.get(pointer);
    if (freed)
      throw new HeapPointerError(
        "ERR_DOUBLE_FREE",
        method,
        pointer,
        { start: pointer, size: freed.size },
        `${rangeNote({ start: pointer, size: freed.size })} (allocated at ${firstLine(freed.site)}, freed at ${firstLine(freed.freedAt)})`,
      );
    for (const { pointer: start, size, site } of this.#live.values())
      if (pointer > start && pointer < start + size)
        throw new HeapPointerError(
          "ERR_INSIDE_BLOCK",
          method,
          pointer,
          { start, size },
          `${rangeNote({ start, size })} (allocated at ${firstLine(site)})`,
        );
    const code = this.#former.has(pointer) ? "ERR_DOUBLE_FREE" : "ERR_NOT_ALLOCATED";
    throw new HeapPointerError(code, method, pointer);
  }

  #checkZones(record: BlockRecord): void {
    const { pointer, size, start, bytes } = record;
    this.#expect(record, RED, start, pointer, "ERR_OVERWRITTEN");
    this.#expect(record, RED, pointer + size, start + bytes, "ERR_OVERWRITTEN");
  }

  #checkFreed(record: BlockRecord): void {
    const { pointer, size } = record;
    this.#expect(record, FREED, pointer, pointer + size, "ERR_USE_AFTER_FREE");
    this.#checkZones(record);
  }

  /** Throws unless every byte from `from` to before `to` has this value. */
  #expect(
    record: BlockRecord,
    value: number,
    from: number,
    to: number,
    code: OverwrittenError["code"],
  ): void {
    const memory = this.#views().u8;
    for (let at = from; at < to; at++) {
      if (memory[at] === value) continue;
      const { pointer, size, site, freedAt } = record;
      record.isReported = true;
      const written = memory.slice(at, Math.min(at + 16, to));
      const offset = at - pointer;
      const shown = Array.from(written, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
      const place = offset < 0 ? ", before its start" : offset < size ? "" : ", after its end";
      throw new OverwrittenError(
        code,
        `the block of ${size} bytes at ${pointer} was overwritten at offset ${offset}${place}${
          freedAt ? ", after it was freed" : ""
        }: ${shown} (allocated at ${firstLine(site)}${
          freedAt ? `, freed at ${firstLine(freedAt)}` : ""
        })`,
        ...([pointer, size, site, offset, written] as const),
      );
    }
  }
}
