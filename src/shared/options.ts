// Options and handles of shared allocators, and the checks of everything that one is given.

import { checkNumber, checkOptions, checkPositive, rejectPolicy, rejectType } from "../check.js";
import { AllocatorRangeError } from "../errors.js";
import { DEFAULT_POLICY, POLICIES, type Policy } from "../policy.js";
import { SharedHandleError } from "./errors.js";
import { AT, MAGIC, VERSION } from "./layout.js";

/** Options of {@link SharedAllocator.create}. */
export interface SharedAllocatorOptions {
  /** How much there is to hand out: 1 … 2^53 − 1. */
  readonly capacity: number;
  /** Which free block an allocation is taken from; `"first-fit"` by default. */
  readonly policy?: Policy;
  /**
   * The most bytes that the records of all blocks may take, some 40 for each block; 1 GiB by default. The address space
   * for them is reserved at once, the memory itself used as it is needed.
   */
  readonly maxMetadataBytes?: number;
  /**
   * `false`: no undo log. Calls are faster by a fifth, but a worker that is terminated inside one may leave the allocator
   * damaged: `recover` then finds that out, and throws.
   */
  readonly recovery?: boolean;
  /**
   * Milliseconds that this attachment waits for the lock before a {@link LockTimeoutError}; `Infinity` is allowed. By
   * default 1000, and 100 in a browser's main thread. Who is to learn of the deaths of workers must not wait for ever.
   */
  readonly lockTimeout?: number;
}

/** Options of {@link SharedAllocator.attach}. */
export interface AttachOptions {
  /**
   * Milliseconds that this attachment waits for the lock before a {@link LockTimeoutError}. By default for ever, and 100 in
   * a browser's main thread.
   */
  readonly lockTimeout?: number;
}

/** Names a shared allocator: a plain object to be sent to workers with `postMessage`, or as `workerData`. */
export interface SharedAllocatorHandle {
  /** What it names. */
  readonly kind: "suballoc/shared-allocator";
  /** Of the layout in shared memory. */
  readonly version: number;
  /** The code. */
  readonly module: WebAssembly.Module;
  /** The allocator's own memory, shared. */
  readonly memory: WebAssembly.Memory;
  /** Where in it the allocator lies. */
  readonly address: number;
}

export const KIND = "suballoc/shared-allocator";
const MAX_METADATA_BYTES = 2 ** 30;
/** 4 GiB, less what the header and the log take. */
const MOST_METADATA_BYTES = 2 ** 32 - AT.engine - 65536;

const isA = (name: string, value: unknown) =>
  Object.prototype.toString.call(value) === `[object WebAssembly.${name}]`;

const rangeError = (code: "ERR_BAD_OPTIONS", message: string, argument: string, value: unknown) =>
  new AllocatorRangeError(code, message, argument, value);

export function checkTimeout(timeout: number): void {
  checkNumber("lockTimeout", timeout);
  if (timeout >= 0) return;
  throw rangeError("ERR_BAD_OPTIONS", "lockTimeout must not be negative", "lockTimeout", timeout);
}

/** The time-out of an attachment. */
export function readAttachOptions(options: AttachOptions): number {
  checkOptions("options", options, ["lockTimeout"]);
  const { lockTimeout = Number.POSITIVE_INFINITY } = options;
  checkTimeout(lockTimeout);
  return lockTimeout;
}

function checkPolicy(policy: Policy): void {
  if (!POLICIES.includes(policy)) rejectPolicy(POLICIES, policy);
}

/** The options of `create`, checked and complete but for the time-out. */
export function readCreateOptions(options: SharedAllocatorOptions) {
  checkOptions("options", options, [
    "capacity",
    "policy",
    "maxMetadataBytes",
    "recovery",
    "lockTimeout",
  ]);
  const {
    capacity,
    policy = DEFAULT_POLICY,
    maxMetadataBytes = MAX_METADATA_BYTES,
    recovery = true,
  } = options;
  checkPositive("capacity", capacity);
  checkNumber("maxMetadataBytes", maxMetadataBytes);
  if (!(maxMetadataBytes >= 1024 && maxMetadataBytes <= MOST_METADATA_BYTES))
    throw rangeError(
      "ERR_BAD_OPTIONS",
      `maxMetadataBytes must be from 1024 to ${MOST_METADATA_BYTES}, got ${maxMetadataBytes}`,
      "maxMetadataBytes",
      maxMetadataBytes,
    );
  if (typeof recovery !== "boolean")
    throw rangeError("ERR_BAD_OPTIONS", "recovery must be true or false", "recovery", recovery);
  checkPolicy(policy);
  return { capacity, policy, maxMetadataBytes, recovery };
}

/** Throws unless `handle` names a shared allocator of this release's layout. */
export function checkHandle(handle: unknown): asserts handle is SharedAllocatorHandle {
  const given = handle as Partial<SharedAllocatorHandle> | null | undefined;
  const notShared = (what: string) => new SharedHandleError("ERR_NOT_SHARED", what);
  if (typeof given !== "object" || given === null || given.kind !== KIND)
    throw notShared("handle must be the handle of a SharedAllocator");
  const { version, module, memory, address } = given;
  if (version !== VERSION)
    throw new SharedHandleError(
      "ERR_SHARED_VERSION",
      `the handle has version ${version}, this release reads version ${VERSION}: all threads must use the same release`,
    );
  if (!isA("Module", module) || !isA("Memory", memory) || address !== 0)
    throw notShared("the handle is not whole: send it with postMessage, as it is");
  const buffer: ArrayBufferLike = (memory as WebAssembly.Memory).buffer;
  if (
    Object.prototype.toString.call(buffer) !== "[object SharedArrayBuffer]" ||
    buffer.byteLength < AT.engine
  )
    throw notShared("the handle's memory is not that of a SharedAllocator");
  const header = new Int32Array(buffer, 0, 2);
  if (header[AT.magic / 4] !== MAGIC || header[AT.version / 4] !== VERSION)
    throw notShared("the handle's memory is not that of a SharedAllocator");
}

/** Alignment and tag of a block. */
export interface SharedBlockOptions {
  /** 1 … 2^53 − 1: the address will be a multiple of it, also after a resize. */
  readonly alignment?: number;
  /** A number of the caller's, 0 … 2^32 − 1, that every worker can read. */
  readonly tag?: number;
}

const NO_OPTIONS = { alignment: 1, tag: 0 };

/** Alignment and tag; the alignment is yet to be checked by value. */
export function readBlockOptions(given: number | SharedBlockOptions): Required<SharedBlockOptions> {
  if (given === 1) return NO_OPTIONS;
  if (typeof given === "number") return { alignment: given, tag: 0 };
  if (typeof given !== "object" || given === null) return rejectType("alignment", given);
  checkOptions("options", given, ["alignment", "tag"]);
  const { alignment = 1, tag = 0 } = given;
  checkNumber("alignment", alignment);
  checkNumber("tag", tag);
  if (tag >>> 0 !== tag)
    throw rangeError("ERR_BAD_OPTIONS", `tag must be from 0 to 2^32 − 1, got ${tag}`, "tag", tag);
  return { alignment, tag };
}

/** Throws unless `id` can be an attachment's. */
export function checkId(id: number): void {
  checkNumber("id", id);
  if (Number.isInteger(id) && id > 0 && id < 0x7fffffff) return;
  throw new AllocatorRangeError(
    "ERR_OUT_OF_BOUNDS",
    `id must be an attachment's, got ${id}`,
    "id",
    id,
  );
}
