// Handles: what names a shared allocator, or a shared heap, to other workers; and the checks of one that was sent.

import { isA } from "../check.js";
import { SharedHandleError } from "./errors.js";
import { AT, HEADER_BYTES, HEAP_MAGIC, MAGIC, VERSION } from "./layout.js";

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

/** Names a shared heap: a plain object to be sent to workers with `postMessage`, or as `workerData`. */
export interface SharedHeapHandle {
  /** What it names. */
  readonly kind: "suballoc/shared-heap";
  /** Of the layout in shared memory. */
  readonly version: number;
  /** The code. */
  readonly module: WebAssembly.Module;
  /** The memory that the heap lies in, shared. */
  readonly memory: WebAssembly.Memory;
  /** Where in it the heap begins. */
  readonly address: number;
}

type Handle = SharedAllocatorHandle | SharedHeapHandle;

export const KIND = "suballoc/shared-allocator";
export const HEAP_KIND = "suballoc/shared-heap";

export const isSharedMemory = (memory: unknown): memory is WebAssembly.Memory =>
  isA("WebAssembly.Memory", memory) &&
  isA("SharedArrayBuffer", (memory as WebAssembly.Memory).buffer);

/** Throws unless `handle` names a shared allocator of this release's layout. */
export function checkHandle(handle: unknown): asserts handle is SharedAllocatorHandle {
  check(handle, KIND, "SharedAllocator", MAGIC, AT.engine);
}

/** Throws unless `handle` names a shared heap of this release's layout. */
export function checkHeapHandle(handle: unknown): asserts handle is SharedHeapHandle {
  check(handle, HEAP_KIND, "SharedHeap", HEAP_MAGIC, HEADER_BYTES);
}

/** @param bytes what lies in the memory from the handle's address on, at least */
function check(handle: unknown, kind: string, name: string, magic: number, bytes: number): void {
  const require = (holds: boolean, message: string) => {
    if (!holds) throw new SharedHandleError("ERR_NOT_SHARED", message);
  };
  const given = handle as Partial<Handle> | null | undefined;
  require(given?.kind === kind, `handle must be the handle of a ${name}`);
  const { version, module, memory, address } = given as Handle;
  if (version !== VERSION)
    throw new SharedHandleError(
      "ERR_SHARED_VERSION",
      `the handle has version ${version}, this release reads version ${VERSION}: all threads must use the same release`,
    );
  require(isA("WebAssembly.Module", module) &&
    typeof address === "number" &&
    address % 64 === 0, "the handle is not whole: send it with postMessage, as it is");
  const holds =
    isSharedMemory(memory) && address >= 0 && address + bytes <= memory.buffer.byteLength;
  const [found, layout] = holds ? new Int32Array(memory.buffer, address, 2) : [];
  require(found === magic && layout === VERSION, `the handle's memory is not that of a ${name}`);
}
