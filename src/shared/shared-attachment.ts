// SharedAttachment: a worker's hold on what lies in a shared memory, be it an allocator or a heap: its id, and what is to be
// done when the worker of another one has ended.

import { AllocatorRangeError } from "../errors.js";
import type { SharedLock } from "./core.js";
import type { SharedAllocatorHandle, SharedHeapHandle } from "./handle.js";
import { AT, RECOVERY } from "./layout.js";
import { checkId } from "./options.js";
import { announce, clearAnnouncement, type EndingWorker, exited, lockReleased } from "./watch.js";

/** What {@link SharedAttachment.recover} did. */
export interface Recovery {
  /** Whether the attachment held the lock: it ended inside a call. */
  readonly held: boolean;
  /** How many stores of that call were undone; 0 also when the call was complete. */
  readonly undone: number;
}

/** What {@link SharedAllocator} and {@link SharedHeap} have in common. */
export abstract class SharedAttachment<Handle extends SharedAllocatorHandle | SharedHeapHandle> {
  /** To be sent to other workers, for `attach`. */
  readonly handle: Handle;
  /** Names this attachment: from 1 on, never used again. */
  readonly id: number;
  /** Whether a call that was cut short is undone. */
  readonly recovery: boolean;
  readonly #core: SharedLock;

  /** @internal */
  constructor(handle: Handle, id: number, core: SharedLock) {
    const { memory, address } = handle;
    this.handle = handle;
    this.id = id;
    this.#core = core;
    this.recovery =
      (new DataView(memory.buffer).getUint32(address + AT.flags, true) & RECOVERY) !== 0;
    clearAnnouncement(handle, id);
  }

  /** @internal Throw if what lies in the memory is damaged. Under the lock. */
  protected abstract checkAfterDeath(): void;

  /**
   * Undoes the call that an attachment was in when its worker ended. Only for workers that are known to have ended: the
   * lock of one that lives would be taken away from it, which does damage. {@link watch} calls this. O(1), without
   * `recovery` O(n).
   *
   * @param id of the attachment, not this one's
   * @throws {CorruptionError} without `recovery`, when the call left damage; an allocator is then disposed of.
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_BAD_OPTIONS` for this attachment's own id
   */
  recover(id: number): Recovery {
    checkId(id);
    if (id === this.id)
      throw new AllocatorRangeError("ERR_BAD_OPTIONS", "id is this attachment's own", "id", id);
    const undone = this.#core.takeOver(id);
    if (undone < 0) return { held: false, undone: 0 };
    try {
      if (!this.recovery) this.checkAfterDeath();
    } finally {
      if (this.#core.isInside()) this.#core.unlock();
    }
    return { held: true, undone };
  }

  /**
   * Waits for a worker of `node:worker_threads` to end, however it does, and {@link recover}s the attachment that it had.
   *
   * @param worker that this thread made
   * @param id of its attachment
   * @returns what `recover` did. `reclaim` then returns what the worker held.
   */
  watch(worker: EndingWorker, id: number): Promise<Recovery>;
  /**
   * Waits for the thread with this attachment to end, however it does, and {@link recover}s it. For browsers: the other
   * side must have awaited {@link announce} before. Chromium ends a busy worker only two seconds after `terminate()`.
   *
   * @throws {SharedUnsupportedError} `ERR_NOT_ANNOUNCED`; `ERR_UNSUPPORTED` where there are no Web Locks
   */
  watch(id: number): Promise<Recovery>;
  async watch(workerOrId: EndingWorker | number, id?: number): Promise<Recovery> {
    const dead = typeof workerOrId === "number" ? workerOrId : (id as number);
    checkId(dead);
    await (typeof workerOrId === "number" ? lockReleased(this.handle, dead) : exited(workerOrId));
    return this.recover(dead);
  }

  /**
   * Takes a Web Lock for as long as this thread lives, so that others can {@link watch} it.
   *
   * @throws {SharedUnsupportedError} `ERR_UNSUPPORTED` where there are no Web Locks
   */
  announce(): Promise<void> {
    return announce(this.handle, this.id);
  }
}
