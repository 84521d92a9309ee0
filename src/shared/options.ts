// Options of shared allocators, and the checks of everything that one is given.

import {
  checkNumber,
  checkOption,
  checkOptions,
  checkPositive,
  rejectPolicy,
  rejectRange,
  rejectType,
} from "../check.js";
import { DEFAULT_POLICY, POLICIES, type Policy } from "../policy.js";
import { AT } from "./layout.js";

/** Options of {@link SharedAllocator.create}. */
export interface SharedAllocatorOptions {
  /** How much there is to hand out: 1 … 2^53 − 1. */
  readonly capacity: number;
  /** Which free block an allocation is taken from; `"first-fit"` by default. */
  readonly policy?: Policy;
  /**
   * The most bytes that the records of all blocks may take, some 40 for each block; 1 GiB by default. The address space
   * for them is reserved at once, the memory itself used as it is needed. Under `"best-fit"`, allocations are refused
   * while there is still room for the records of what is freed.
   */
  readonly maxMetadataBytes?: number;
  /**
   * `false`: no undo log. Calls are faster by a fifth, but a worker that is terminated inside one may leave the allocator
   * damaged: `recover` then finds that out, and throws.
   */
  readonly recovery?: boolean;
  /**
   * Milliseconds that this attachment waits for the lock before a {@link LockTimeoutError}; `Infinity` is allowed. By
   * default 1000, and 100 in a browser's main thread. The attachment that is to learn of the deaths of workers must not wait for ever.
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

const MAX_METADATA_BYTES = 2 ** 30;
/** 4 GiB, less what the header and the log take. */
const MOST_METADATA_BYTES = 2 ** 32 - AT.engine - 65536;

const reject = (argument: string, expected: string, value: unknown) =>
  rejectRange("ERR_BAD_OPTIONS", argument, expected, value);

export function checkTimeout(timeout: number): void {
  checkNumber("lockTimeout", timeout);
  if (!(timeout >= 0)) reject("lockTimeout", "0 or more", timeout);
}

/** The time-out of an attachment. */
export function readAttachOptions(options: AttachOptions): number {
  checkOptions("options", options, ["lockTimeout"]);
  const { lockTimeout = Infinity } = options;
  checkTimeout(lockTimeout);
  return lockTimeout;
}

export function checkRecovery(recovery: boolean): void {
  checkOption(typeof recovery === "boolean", "recovery", "true or false", recovery);
}

/** The options of `create`, checked and complete except the time-out. */
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
    reject("maxMetadataBytes", `from 1024 to ${MOST_METADATA_BYTES}`, maxMetadataBytes);
  checkRecovery(recovery);
  if (!POLICIES.includes(policy)) rejectPolicy(POLICIES, policy);
  return { capacity, policy, maxMetadataBytes, recovery };
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
  if (tag >>> 0 !== tag) reject("tag", "from 0 to 2^32 − 1", tag);
  return { alignment, tag };
}

/** Throws unless `id` can be an attachment's. */
export function checkId(id: number): void {
  checkNumber("id", id);
  if (Number.isInteger(id) && id > 0 && id < 0x7fffffff) return;
  rejectRange("ERR_OUT_OF_BOUNDS", "id", "an attachment's", id);
}
