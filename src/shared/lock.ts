// The lock, seen from JavaScript. The core tries for a short time; here it is decided for how long to go on, and a call
// that failed inside the core is taken back.

import { LOCKED, type SharedLock } from "./core.js";
import { LockTimeoutError, UndoLogError } from "./errors.js";
import { AT } from "./layout.js";
import { mayWait } from "./platform.js";
import type { Header } from "./watch.js";

/** Where waiting is not allowed. */
const SPIN_TIMEOUT = 100;
/** Of one wait for a notification; and of one pause where there is no `Atomics.waitAsync`. */
const WAIT = 50;
const PAUSE = 1;

type WaitAsync = (
  words: Int32Array,
  index: number,
  value: number,
  timeout: number,
) => { async: boolean; value: unknown };

export class Lock {
  /** For the thread that is to learn of the deaths of others. */
  static readonly WATCHER_TIMEOUT = 1000;
  readonly #header: Header;
  readonly #exports: SharedLock;
  readonly #timeout: number;
  #since = 0;

  /** @param timeout milliseconds that a call may wait */
  constructor(header: Header, exports: SharedLock, timeout: number) {
    this.#header = header;
    this.#exports = exports;
    this.#timeout = mayWait() ? timeout : Math.min(timeout, SPIN_TIMEOUT);
    exports.setMayWait(mayWait() ? 1 : 0);
  }

  /** Makes a call again that has returned LOCKED, until it returns something else or the time is over. */
  retry(call: () => number): number {
    const start = performance.now();
    for (;;) {
      const result = call();
      if (result !== LOCKED) return result;
      this.#checkTime(start, this.#timeout);
    }
  }

  /** For a core that asks before it tries again: throws when the time is over. */
  waiting(times: number): void {
    if (times === 0) this.#since = performance.now();
    else this.#checkTime(this.#since, this.#timeout);
  }

  /** Makes a call that never waits, again and again until it does not return LOCKED. */
  async later(call: () => number, timeout: number): Promise<number> {
    const start = performance.now();
    for (;;) {
      const result = this.#atOnce(call);
      if (result !== LOCKED) return result;
      this.#checkTime(start, timeout);
      await this.#released();
    }
  }

  /** After an error out of a call: if the core trapped, takes the call back. Throws. */
  abandon(error: unknown): never {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    this.#exports.abandon();
    throw new UndoLogError(error);
  }

  #atOnce(call: () => number): number {
    this.#exports.setMayWait(0);
    try {
      return call();
    } catch (error) {
      return this.abandon(error);
    } finally {
      this.#exports.setMayWait(mayWait() ? 1 : 0);
    }
  }

  /** Resolves soon after the lock was released. */
  async #released(): Promise<void> {
    const seen = this.#exports.contend();
    if (seen === 0) return;
    const { waitAsync } = Atomics as unknown as { waitAsync?: WaitAsync };
    if (waitAsync === undefined) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      return;
    }
    const { memory, address } = this.#header;
    const words = new Int32Array(memory.buffer);
    const { async, value } = waitAsync(words, (address + AT.lock) / 4, seen, WAIT);
    if (async) await value;
  }

  #checkTime(start: number, timeout: number): void {
    const waited = performance.now() - start;
    if (waited >= timeout) throw new LockTimeoutError(this.#exports.holder(), waited);
  }
}
