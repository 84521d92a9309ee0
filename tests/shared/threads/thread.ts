// A thread as the tests see it, in Node or in a page.

import type { EndingWorker } from "../../../src/shared/index.js";
import type { HeapJob } from "./heap-job.js";
import type { Job, Report } from "./job.js";

export interface Thread {
  /** The attachment's id, once it is attached. */
  readonly id: Promise<number>;
  /** The end of its job. */
  readonly report: Promise<Report>;
  terminate(): unknown;
  /** What `watch` takes besides the id, in Node. */
  readonly worker: EndingWorker | undefined;
}

export type Start = (job: Job | HeapJob) => Thread;

/** A thread on anything that posts messages. */
export function threadOn(
  listen: (onMessage: (data: Answer) => void, onError: (error: unknown) => void) => void,
  rest: Pick<Thread, "terminate" | "worker">,
): Thread {
  const id = deferred<number>();
  const report = deferred<Report>();
  const fail = (error: unknown) => {
    id.reject(error);
    report.reject(error);
  };
  listen((data) => {
    if (data.id !== undefined) id.resolve(data.id);
    if (data.report !== undefined) report.resolve(data.report);
    if (data.error !== undefined) fail(new Error(data.error));
  }, fail);
  report.promise.catch(() => {});
  id.promise.catch(() => {});
  return { ...rest, id: id.promise, report: report.promise };
}

interface Answer {
  readonly id?: number;
  readonly report?: Report;
  readonly error?: string;
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
