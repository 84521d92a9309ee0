// What the platform allows: sharing memory, and waiting for a lock.

import { IsolationError } from "./errors.js";

declare const Deno: unknown;
declare const process: { versions?: { node?: string } } | undefined;

/**
 * Throws where memory cannot be shared between threads. A browser without cross-origin isolation lets shared memory be
 * made all the same, and fails only when it is sent.
 */
export function checkIsolation(): void {
  const isServer =
    typeof Deno !== "undefined" ||
    (typeof process !== "undefined" && process?.versions?.node !== undefined);
  if (isServer) return;
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated;
  if (isolated === false || typeof SharedArrayBuffer === "undefined") throw new IsolationError();
}

let waits: boolean | undefined;

/** Whether this thread may wait for a lock; a browser's main thread may not. */
export function mayWait(): boolean {
  if (waits !== undefined) return waits;
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    waits = true;
  } catch {
    waits = false;
  }
  return waits;
}
