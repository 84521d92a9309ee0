// The example's scenario, the same in Node and in a page: some workers on one store, one of them terminated at a random
// moment, again and again; what it had begun is put right while the others go on, and in the end every record is checked.

import { ObjectStore } from "./store.ts";
import type { Task } from "./worker.ts";

/** A worker, wherever it runs. */
export interface Thread {
  post(task: Task): void;
  /** The next message from it. */
  message(): Promise<{ id?: number; records?: number }>;
  terminate(): void;
  /** In Node: what has the `exit` event. */
  readonly worker?: {
    readonly threadId: number;
    once(event: "exit", listener: () => void): unknown;
  };
}

export interface Outcome {
  /** Workers that were terminated. */
  readonly killed: number;
  /** Of them, how many died inside a call of the allocator's, which was undone or complete. */
  readonly insideCall: number;
  /** Slots that a dead worker had in its hands. */
  readonly unfinished: number;
  /** Records in the store in the end, every one of them whole. */
  readonly records: number;
}

export async function run(start: () => Thread, workers = 3, rounds = 5): Promise<Outcome> {
  const store = ObjectStore.create(1 << 18, 1500);
  const stop = new SharedArrayBuffer(4);
  const threads: { thread: Thread; id: number }[] = [];
  const begin = async () => {
    const thread = start();
    thread.post({ store: store.handle, stop, announces: thread.worker === undefined });
    const { id = 0 } = await thread.message();
    threads.push({ thread, id });
  };
  let insideCall = 0;
  let unfinished = 0;
  for (let i = 0; i < workers; i++) await begin();
  for (let round = 0; round < rounds; round++) {
    await new Promise((resolve) => setTimeout(resolve, 20 * Math.random()));
    const [victim] = threads.splice(Math.floor(Math.random() * threads.length), 1);
    if (!victim) break;
    const { thread, id } = victim;
    const death = thread.worker
      ? store.allocator.watch(thread.worker, id)
      : store.allocator.watch(id);
    thread.terminate();
    if ((await death).held) insideCall++;
    unfinished += store.cleanUp(id);
    await begin();
  }
  const ends = threads.map(({ thread }) => thread.message());
  Atomics.store(new Int32Array(stop), 0, 1);
  await Promise.all(ends);
  for (const { thread } of threads) thread.terminate();
  return { killed: rounds, insideCall, unfinished, records: store.verify() };
}
