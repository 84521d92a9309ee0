// What a recording is besides its operations: call sites, the type of what is recorded, options, life, sinks that fail,
// other allocators, and bytes that are no recording.

import { DisposedError, MemoryAllocator, TrackedAllocator } from "suballoc";
import {
  isRecording,
  type RecordedBlock,
  type RecordedCalls,
  RecordingError,
  RecordingReader,
  readRecording,
  record,
  recordingOf,
} from "suballoc/record";
import { describe, expect, test } from "vitest";
import { framesOf } from "../../src/record/call-site.ts";

function blocksOf(bytes: Uint8Array): RecordedBlock[] {
  const blocks: RecordedBlock[] = [];
  readRecording(bytes, { allocate: (block) => blocks.push(block) });
  return blocks;
}

describe("what is recorded", () => {
  test("is of the same type, and everything else goes through", () => {
    const recorded = record(new TrackedAllocator(100), {});
    expect(recorded).toBeInstanceOf(TrackedAllocator);
    const address = recorded.allocate(10, { label: "a" });
    expect([recorded.sizeOf(address), recorded.labelOf(address), recorded.capacity]).toEqual([
      10,
      "a",
      100,
    ]);
    expect([...recorded.blocks()]).toHaveLength(1);
    expect(JSON.parse(JSON.stringify(recorded)).capacity).toBe(100);
    expect(recorded.clone().sizeOf(address)).toBe(10);
    recorded.validate();
    expect(() => recorded.free(1)).toThrow(/inside the block/);
    expect(recordingOf(recorded).operations).toBe(1);
  });

  test("ends with the allocator, or when it is stopped", () => {
    const recorded = record(new MemoryAllocator(100));
    recorded.allocate(1);
    recordingOf(recorded).stop();
    expect(recorded.allocate(1)).toBe(1);
    expect([recordingOf(recorded).operations, recordingOf(recorded).active]).toEqual([1, false]);
    const other = record(new MemoryAllocator(100));
    other.dispose();
    expect(recordingOf(other).active).toBe(false);
    expect(() => other.allocate(1)).toThrow(DisposedError);
    expect(blocksOf(recordingOf(recorded).save())).toHaveLength(1);
  });

  test("batches, one operation for each element, none if refused", () => {
    const recorded = record(new MemoryAllocator(100));
    const addresses = recorded.allocateMany([10, 20, 30]);
    expect(() => recorded.allocateMany([10, 20, 30])).toThrow(/insufficient/);
    recorded.freeMany(addresses, [10, 20, 30]);
    expect(recordingOf(recorded).operations).toBe(6);
  });

  test("as a Blob", async () => {
    const recorded = record(new MemoryAllocator(100));
    const bytes = new Uint8Array(await recordingOf(recorded).saveAsBlob().arrayBuffer());
    expect(isRecording(bytes)).toBe(true);
    expect(isRecording(new Uint8Array(3))).toBe(false);
  });
});

describe("call sites", () => {
  const allocateHere = (allocator: TrackedAllocator) => allocator.allocate(1);
  const allocateThere = (allocator: TrackedAllocator) => allocateHere(allocator);

  test.each([true, false])("begin at the caller (captureStackTrace: %s)", (hasCapture) => {
    const errors = Error as unknown as { captureStackTrace?: unknown; stackTraceLimit: number };
    const { captureStackTrace, stackTraceLimit } = errors;
    if (!hasCapture) delete errors.captureStackTrace;
    try {
      const recorded = record(new TrackedAllocator(100), { callSites: 2 });
      for (let i = 0; i < 3; i++) allocateThere(recorded);
      allocateHere(recorded);
      const sites = blocksOf(recordingOf(recorded).save()).map(({ site }) => site.split("\n"));
      expect(sites.map((frames) => frames.length)).toEqual([2, 2, 2, 2]);
      expect(sites[0]![0]).toMatch(/^allocateHere \(.*recording\.test\.ts:\d+:\d+\)$/);
      expect(sites[0]![1]).toMatch(/^allocateThere /);
      expect(sites[1]).toEqual(sites[0]);
      expect(sites[3]![1]).not.toMatch(/^allocateThere/);
      expect(errors.stackTraceLimit).toBe(stackTraceLimit);
    } finally {
      errors.captureStackTrace = captureStackTrace;
    }
  });

  test("one text for each distinct stack, whoever wrote it", () => {
    expect(framesOf("Error\n    at f (a.js:1:2)\n    at async b.js:3:4")).toEqual([
      "f (a.js:1:2)",
      "b.js:3:4",
    ]);
    expect(framesOf("f@http://x/a.js:1:2\n@http://x/b.js:3:4\n")).toEqual([
      "f (http://x/a.js:1:2)",
      "http://x/b.js:3:4",
    ]);
    const recorded = record(new TrackedAllocator(1000), { callSites: true });
    const once = () => recordingOf(recorded).bytes;
    for (let i = 0; i < 2; i++) allocateThere(recorded);
    const before = once();
    for (let i = 0; i < 100; i++) recorded.allocate(1);
    expect(once() - before).toBeLessThan(1500);
  });
});

describe("options", () => {
  test.each([
    [null],
    [{ callSites: 0 }],
    [{ callSites: 1.5 }],
    [{ callSites: 51 }],
    [{ callSites: "yes" }],
    [{ maxBytes: 100 }],
    [{ maxBytes: Number.NaN }],
    [{ maxBytes: "1 MB" }],
    [{ sink: {} }],
    [{ sink: null }],
    [{ clock: 5 }],
  ])("%j is refused", (options) => {
    expect(() => record(new MemoryAllocator(10), options as never)).toThrow(
      expect.objectContaining({ name: "ArgumentTypeError", code: "ERR_BAD_OPTIONS" }),
    );
  });

  test.each([[undefined], [null], [7], ["x"], [{}], [new Map()]])(
    "%s cannot be recorded",
    (what) => {
      const code = (run: () => unknown) => {
        try {
          run();
        } catch (error) {
          return error instanceof RecordingError ? error.code : error;
        }
        return undefined;
      };
      expect(code(() => record(what as never))).toBe("ERR_NOT_RECORDABLE");
      expect(code(() => recordingOf((what ?? {}) as never))).toBe("ERR_NOT_RECORDED");
    },
  );
});

describe("sinks", () => {
  test("get everything in order, and then save() has nothing to give", () => {
    const pieces: Uint8Array[] = [];
    const recorded = record(new TrackedAllocator(1 << 20), {
      sink: { write: (piece) => pieces.push(piece) },
    });
    expect(pieces).toHaveLength(2);
    recorded.allocate(5);
    expect(pieces).toHaveLength(2);
    recorded.dispose();
    expect(pieces).toHaveLength(3);
    expect(blocksOf(Buffer.concat(pieces))).toHaveLength(1);
    expect(() => recordingOf(recorded).save()).toThrow(
      expect.objectContaining({ code: "ERR_RECORDING_STREAMED" }),
    );
  });

  test("that fail end the recording, not the program", () => {
    let calls = 0;
    const recorded = record(new MemoryAllocator(1000), {
      sink: {
        write() {
          if (++calls > 2) throw new Error("disk full");
        },
      },
    });
    recorded.allocate(1);
    recordingOf(recorded).flush();
    expect(recordingOf(recorded).active).toBe(false);
    expect(recordingOf(recorded).error).toEqual(new Error("disk full"));
    expect(recorded.allocate(1)).toBe(1);
  });

  test("that fail later, too", async () => {
    const recorded = record(new MemoryAllocator(1000), {
      sink: { write: () => Promise.reject(new Error("disk full")) },
    });
    await new Promise((resolve) => setTimeout(resolve));
    expect(recordingOf(recorded).active).toBe(false);
    expect(recordingOf(recorded).error).toEqual(new Error("disk full"));
    expect(recorded.allocate(1)).toBe(0);
  });

  test("that fail at once get nothing more", () => {
    let calls = 0;
    const sink = {
      write() {
        calls++;
        throw new Error("disk full");
      },
    };
    expect(recordingOf(record(new MemoryAllocator(1000), { sink })).active).toBe(false);
    expect(calls).toBe(1);
  });
});

describe("other allocators", () => {
  /** As malloc: pointers from 16 up, one after the other. */
  class Bump {
    #top = 16;
    malloc(size: number) {
      const pointer = this.#top;
      this.#top += (size + 15) & ~15 || 16;
      return pointer;
    }
    calloc(count: number, size: number) {
      return this.malloc(count * size);
    }
    realloc(_pointer: number, size: number) {
      return this.malloc(size);
    }
    alignedAlloc(alignment: number, size: number) {
      this.#top = Math.ceil(this.#top / alignment) * alignment;
      return this.malloc(size);
    }
    free(_pointer: number) {}
  }

  test("the malloc family", () => {
    const heap = record(new Bump());
    const a = heap.malloc(10);
    const b = heap.calloc(4, 8);
    heap.free(0);
    const c = heap.realloc(a, 100);
    const d = heap.alignedAlloc(256, 1);
    heap.realloc(0, 7);
    heap.free(b);
    const live = new Map<number, [number, number]>();
    readRecording(recordingOf(heap).save(), {
      allocate: ({ address, size, alignment }) => live.set(address, [size, alignment]),
      free: ({ address }) => live.delete(address),
      resize: ({ address, size, alignment }, before) => {
        live.delete(before.address);
        live.set(address, [size, alignment]);
      },
    });
    expect(live.get(c)).toEqual([100, 1]);
    expect(live.get(d)).toEqual([1, 256]);
    expect([...live.values()].map(([size]) => size).sort()).toEqual([1, 100, 7]);
  });

  test("any, by a table of its calls", () => {
    class Slots {
      take(count: number) {
        return { at: 100, count };
      }
    }
    const calls: RecordedCalls<Slots> = {
      needs: ["take"],
      opening: () => ({ name: "Slots", policy: "", capacity: 0, granularity: 1, blocks: [] }),
      methods: { take: (journal, { at, count }) => journal.allocate(count, at, 1, "slot") },
    };
    const slots = record(new Slots(), {}, calls);
    expect(slots.take(3)).toEqual({ at: 100, count: 3 });
    expect(blocksOf(recordingOf(slots).save())).toMatchObject([
      { address: 100, size: 3, label: "slot" },
    ]);
  });
});

describe("bytes that are no whole recording", () => {
  const recorded = record(new TrackedAllocator(1000), { clock: () => 0 });
  for (let i = 0; i < 20; i++) recorded.allocate(10, { label: `${i % 3}`, alignment: 1 + (i % 2) });
  for (let i = 0; i < 10; i++) recorded.free([...recorded.blocks()][i]!.start);
  const whole = recordingOf(recorded).save();
  const outcome = (bytes: Uint8Array) => {
    try {
      const { operations, bytesLeftOver } = readRecording(bytes, {});
      return { operations, bytesLeftOver };
    } catch (error) {
      if (error instanceof RecordingError) return error.code;
      throw error;
    }
  };

  test("nobody needs to be told what it holds", () => {
    expect(readRecording(whole)).toMatchObject({ operations: 30, bytesLeftOver: 0 });
  });

  test("every cut is told: nothing, or what came before it", () => {
    expect(outcome(whole)).toEqual({ operations: 30, bytesLeftOver: 0 });
    for (let length = 0; length < whole.length; length++) {
      const cut = outcome(whole.subarray(0, length));
      if (typeof cut === "string") expect(cut).toBe("ERR_NOT_A_RECORDING");
      else expect(cut.operations).toBe(0);
    }
  });

  test("every flipped bit is refused, or leaves bytes over", () => {
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const flipped = whole.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const read = outcome(flipped);
      const isTold = typeof read === "string" || read.bytesLeftOver > 0;
      expect(isTold, `bit ${bit}: ${JSON.stringify(read)}`).toBe(true);
    }
  });

  test("a later version", () => {
    const later = whole.slice();
    later[8] = 2;
    expect(outcome(later)).toBe("ERR_RECORDING_VERSION");
  });

  test.each([undefined, null, 5, "SUBALREC", [], {}, new ArrayBuffer(8)])(
    "no bytes: %o",
    (given) => {
      const error = { code: "ERR_NOT_AN_ARRAY", argument: "bytes" };
      expect(() => isRecording(given as never)).toThrow(expect.objectContaining(error));
      expect(() => readRecording(given as never, {})).toThrow(expect.objectContaining(error));
    },
  );

  test("it may come in pieces of any length", () => {
    for (const length of [1, 2, 7, 50]) {
      const reader = new RecordingReader({});
      for (let at = 0; at < whole.length; at += length) reader.push(whole.slice(at, at + length));
      expect(reader.end()).toMatchObject({ operations: 30, bytesLeftOver: 0 });
    }
  });

  test("the bytes of a piece may be used again", () => {
    const reader = new RecordingReader({});
    const piece = Buffer.alloc(7);
    for (let at = 0; at < whole.length; at += piece.length) {
      const length = Math.min(piece.length, whole.length - at);
      piece.set(whole.subarray(at, at + length));
      reader.push(piece.subarray(0, length));
    }
    expect(reader.end()).toMatchObject({ operations: 30, bytesLeftOver: 0 });
  });

  test("a long segment in short pieces takes time as it is long, not as its square", () => {
    const long = new Uint8Array(8 << 20); // header of a segment that never becomes whole
    long.set(whole.subarray(0, 9));
    new DataView(long.buffer).setUint32(10, 1 << 30, true);
    const reader = new RecordingReader({});
    const start = performance.now();
    for (let at = 0; at < long.length; at += 512) reader.push(long.subarray(at, at + 512));
    expect(performance.now() - start).toBeLessThan(1500); // each piece copied once takes milliseconds
    expect(() => reader.end()).toThrow(/not a recording/);
  });
});
