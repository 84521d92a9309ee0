// record(): an object of the same type whose calls are written down. The recorded object passes every call on to the
// allocator it was made from, which knows nothing of it: an allocator that is not recorded costs nothing extra.

import { ArgumentTypeError } from "../errors.js";
import { calledMethod, callSites } from "./call-site.js";
import type { RecordedCalls } from "./calls.js";
import { RecordingError } from "./errors.js";
import { Journal, type RecordingSink } from "./journal.js";
import { knownCalls } from "./known-calls.js";

/** Options of {@link record}. */
export interface RecordOptions {
  /** Write down who allocates: `true` for the 4 innermost frames, or how many, 1 … 50. Off by default: it is slow. */
  callSites?: boolean | number;
  /**
   * How many bytes of operations are kept, 16,384 or more; 64 MiB by default. The oldest operations make room for new
   * ones and live on in the blocks that the recording opens with. Does not apply to a `sink`.
   */
  maxBytes?: number;
  /** Gets the recording as it comes into being, instead of keeping it: a file, a socket, a worker. */
  sink?: RecordingSink;
  /** Milliseconds, ascending; `performance.now` by default. */
  clock?: () => number;
}

/** A recording being made. */
export class Recording {
  readonly #journal: Journal;
  readonly #isStreamed: boolean;

  /** For the library itself. */
  constructor(journal: Journal, isStreamed: boolean) {
    this.#journal = journal;
    this.#isStreamed = isStreamed;
  }

  /** Operations written down so far. */
  get operations(): number {
    return this.#journal.operations;
  }

  /** How many of these made room for later ones: only their effect is kept. */
  get folded(): number {
    return this.#journal.folded;
  }

  /** Bytes of operations held in memory. */
  get bytes(): number {
    return this.#journal.bytes;
  }

  /** Whether calls are still written down: not after {@link stop}, `dispose()` of the allocator, or a sink's failure. */
  get active(): boolean {
    return this.#journal.active;
  }

  /** What the sink threw, if it ended the recording. */
  get error(): unknown {
    return this.#journal.error;
  }

  /**
   * The recording so far, as bytes for a file. It goes on. O(bytes kept + live blocks).
   *
   * @throws {RecordingError} `ERR_RECORDING_STREAMED` when a sink has it
   * @example
   * ```ts
   * const pool = record(new TrackedAllocator(1 << 20));
   * pool.allocate(100, { label: "tree" });
   * const bytes = recordingOf(pool).save(); // for a file
   * readRecording(bytes).operations; // 1
   * ```
   */
  save(): Uint8Array<ArrayBuffer> {
    if (!this.#isStreamed) return this.#journal.save();
    throw new RecordingError(
      "ERR_RECORDING_STREAMED",
      "this recording goes to a sink; call flush()",
    );
  }

  /** {@link save} as a Blob, for pages. Errors as `save`. */
  saveAsBlob(): Blob {
    return new Blob([this.save()], { type: "application/octet-stream" });
  }

  /** Send what the sink has not got yet. Does nothing without a sink. */
  flush(): void {
    this.#journal.flush();
  }

  /** End the recording; the allocator goes on. What was written down stays. */
  stop(): void {
    this.#journal.end();
  }
}

const recordings = new WeakMap<object, Recording>();

/**
 * Make an object of the same type that passes every call on to `allocator` and writes down those that change it: operation,
 * size, address, alignment, label, time and, if asked, call site. Works for `MemoryAllocator`, `TrackedAllocator` and
 * `Heap`. Calls made on `allocator` itself are not seen, so use only what is returned. O(live blocks).
 *
 * The blocks that are live now are the first thing in the recording; for a `MemoryAllocator`, which does not know its
 * blocks, one for each range between free blocks. Clones and restored copies are not recorded.
 *
 * @param calls how to write down the calls of another kind of allocator
 * @returns the recorded allocator; {@link recordingOf} has its recording.
 * @throws {RecordingError} `ERR_NOT_RECORDABLE`
 * @throws {ArgumentTypeError} `ERR_BAD_OPTIONS`
 * @example
 * ```ts
 * const pool = record(new TrackedAllocator(1 << 20), { callSites: true });
 * const address = pool.allocate(256, { label: "texture" });
 * pool.free(address);
 * recordingOf(pool).operations; // 2
 * const bytes = recordingOf(pool).save(); // for `suballoc-lab replay`, or the lab's page
 * ```
 */
export function record<T extends object>(
  allocator: T,
  options: RecordOptions = {},
  calls: RecordedCalls<T> = callsOf(allocator),
): T {
  const { frames, sink, ...rest } = readOptions(options);
  const journal = new Journal(calls.opening(allocator), {
    ...rest,
    sink,
    callSite: frames === 0 ? undefined : callSites(frames),
  });
  const recorded = facadeOf(allocator, calls.methods, journal);
  recordings.set(recorded, new Recording(journal, sink !== undefined));
  return recorded;
}

/**
 * The recording of an allocator that {@link record} returned.
 *
 * @throws {RecordingError} `ERR_NOT_RECORDED`
 */
export function recordingOf(recorded: object): Recording {
  const recording = recordings.get(recorded);
  if (recording !== undefined) return recording;
  throw new RecordingError(
    "ERR_NOT_RECORDED",
    "this allocator is not recorded: use what record() returned",
  );
}

const DEFAULT_FRAMES = 4;
const MOST_FRAMES = 50;
const DEFAULT_BYTES = 64 << 20;
const LEAST_BYTES = 1 << 14;

function readOptions(options: RecordOptions) {
  if (typeof options !== "object" || options === null) reject("options", options, "an object");
  const known = ["callSites", "maxBytes", "sink", "clock"];
  for (const name in options)
    if (!known.includes(name)) reject(name, name, `one of ${known.join(", ")}`);
  const { callSites: sites = false, maxBytes = DEFAULT_BYTES, sink, clock } = options;
  const frames = typeof sites === "boolean" ? (sites ? DEFAULT_FRAMES : 0) : sites;
  if (!Number.isInteger(frames) || frames < (sites === false ? 0 : 1) || frames > MOST_FRAMES)
    reject("callSites", sites, `a boolean, or a number from 1 to ${MOST_FRAMES}`);
  if (!Number.isSafeInteger(maxBytes) || maxBytes < LEAST_BYTES)
    reject("maxBytes", maxBytes, `an integer of at least ${LEAST_BYTES}`);
  if (sink !== undefined && typeof sink?.write !== "function")
    reject("sink", sink, "an object with a method `write`");
  if (clock !== undefined && typeof clock !== "function") reject("clock", clock, "a function");
  return { frames, maxBytes, sink, clock: clock ?? (() => performance.now()) };
}

function reject(argument: string, value: unknown, wanted: string): never {
  throw new ArgumentTypeError("ERR_BAD_OPTIONS", `${argument} must be ${wanted}`, argument, value);
}

function callsOf<T extends object>(allocator: T): RecordedCalls<T> {
  const isObject = typeof allocator === "object" && allocator !== null;
  const methods = allocator as Record<string, unknown>;
  const calls = isObject
    ? knownCalls.find(({ needs }) => needs.every((name) => typeof methods[name] === "function"))
    : undefined;
  if (calls !== undefined) return calls;
  throw new RecordingError(
    "ERR_NOT_RECORDABLE",
    "record() takes a MemoryAllocator, TrackedAllocator, Heap or GpuBufferPool; for others, say which calls to record",
  );
}

type Method = (a: unknown, b: unknown, c: unknown, d: unknown) => unknown;

/** An object with the prototype of `target`, all of whose methods and accessors go to `target`. */
function facadeOf<T extends object>(
  target: T,
  writers: RecordedCalls<T>["methods"],
  journal: Journal,
): T {
  const facade = Object.create(Object.getPrototypeOf(target));
  const seen = new Set<PropertyKey>(["constructor"]);
  for (
    let owner: object = target;
    owner !== Object.prototype && owner !== null;
    owner = Object.getPrototypeOf(owner)
  ) {
    for (const key of Reflect.ownKeys(owner)) {
      if (seen.has(key)) continue;
      seen.add(key);
      const { value } = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
      const writer = typeof key === "string" ? writers[key] : undefined;
      Object.defineProperty(
        facade,
        key,
        typeof value !== "function"
          ? { get: () => Reflect.get(target, key), set: (to) => Reflect.set(target, key, to) }
          : { value: writer ? recordedMethod(target, value, writer, journal) : value.bind(target) },
      );
    }
  }
  return facade;
}

function recordedMethod<T>(
  target: T,
  method: Method,
  writer: RecordedCalls<T>["methods"][string],
  journal: Journal,
): Method {
  const recorded: Method = (a, b, c, d) => {
    let result: unknown;
    try {
      result = method.call(target, a, b, c, d);
    } catch (error) {
      if (
        (error as { code?: unknown } | undefined)?.code === "ERR_OUT_OF_MEMORY" &&
        journal.active
      ) {
        journal.method = journal.tracesCalls ? calledMethod(recorded) : undefined;
        writer(journal, undefined, target, a, b, c, d);
      }
      throw error;
    }
    if (journal.active) {
      journal.method = journal.tracesCalls ? calledMethod(recorded) : undefined;
      writer(journal, result, target, a, b, c, d);
    }
    return result;
  };
  return recorded;
}
