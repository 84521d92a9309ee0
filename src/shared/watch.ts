// Learning of a worker's death. Node tells by an event. Browsers do not, but a Web Lock that a worker holds is granted
// to the next who asks when the worker has ended, and not before.

import { SharedUnsupportedError } from "./errors.js";
import { ANNOUNCED_IDS, AT } from "./layout.js";

/** A worker of `node:worker_threads`, as far as is needed. */
export interface EndingWorker {
  /** −1 once it has ended. */
  readonly threadId: number;
  /** Calls the listener when the worker has ended. */
  once(event: "exit", listener: () => void): unknown;
}

interface Locks {
  request(name: string, callback: () => unknown): Promise<unknown>;
}

function locks(): Locks {
  const { navigator } = globalThis as { navigator?: { locks?: Locks } };
  if (navigator?.locks) return navigator.locks;
  throw new SharedUnsupportedError(
    "ERR_UNSUPPORTED",
    "there are no Web Locks here; in Node, call watch(worker, id) in the thread that made the worker",
  );
}

/** The header that the attachments of one allocator, or heap, have in common. */
export interface Header {
  readonly memory: WebAssembly.Memory;
  /** Where it lies. */
  readonly address: number;
}

/** The bits of the header, as words. */
const wordsOf = ({ memory, address }: Header) =>
  new Int32Array(memory.buffer, address, AT.scratch / 4);

/** A random name, for Web Locks. */
export function nameHeader(header: Header): void {
  const words = wordsOf(header);
  for (const at of [AT.key, AT.key + 4]) words[at / 4] = Math.floor(Math.random() * 2 ** 32);
}

/** The word and the bit of an id in the map of announcements. */
function place(id: number): [index: number, bit: number] {
  const place = id % ANNOUNCED_IDS;
  return [(AT.announced >> 2) + (place >> 5), 1 << (place & 31)];
}

function lockName(words: Int32Array, id: number): string {
  const key = [words[AT.key / 4], words[AT.key / 4 + 1]].map((word) => (word as number) >>> 0);
  return `suballoc:${key.join("-")}:${id}`;
}

/** A new attachment has not announced itself, though an old one of the same place may have. */
export function clearAnnouncement(header: Header, id: number): void {
  const [index, bit] = place(id);
  Atomics.and(wordsOf(header), index, ~bit);
}

/** Resolves when the Web Lock is held; it is until the thread ends. */
export function announce(header: Header, id: number): Promise<void> {
  const words = wordsOf(header);
  return new Promise((resolve, reject) => {
    const holdForLife = () => {
      const [index, bit] = place(id);
      Atomics.or(words, index, bit);
      resolve();
      return new Promise(() => {});
    };
    locks().request(lockName(words, id), holdForLife).catch(reject);
  });
}

/** Resolves when the thread that announced itself under this id has ended. */
export async function lockReleased(header: Header, id: number): Promise<void> {
  const words = wordsOf(header);
  const [index, bit] = place(id);
  if ((Atomics.load(words, index) & bit) === 0)
    throw new SharedUnsupportedError(
      "ERR_NOT_ANNOUNCED",
      `attachment ${id} has not announced itself: its worker must await announce() before it sends its id`,
    );
  await locks().request(lockName(words, id), () => {});
}

export function exited(worker: EndingWorker): Promise<void> {
  if (typeof worker?.once !== "function")
    throw new SharedUnsupportedError(
      "ERR_UNSUPPORTED",
      "this worker has no `exit` event: let it announce(), and call watch(id)",
    );
  if (worker.threadId === -1) return Promise.resolve();
  return new Promise((resolve) => void worker.once("exit", resolve));
}
