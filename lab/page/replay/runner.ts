// Gives the jobs of a trace to its two workers, and tells the page whenever something is known.

import type { Advice } from "../../src/advise/advise.ts";
import { EndedError, type Session } from "./session.ts";
import {
  advised,
  bounded,
  fail,
  type Job,
  nextJob,
  progress,
  replayed,
  searched,
  start,
  stop,
  timed,
  type Work,
  type Worker,
} from "./work.ts";
import type { Replayed } from "./worker.ts";

const workers: readonly Worker[] = ["viewer", "searcher"];

type Change = (work: Work<Replayed>) => Work<Replayed>;

export class Runner {
  readonly session: Session;
  readonly #onChange: (before: Work<Replayed>) => void;
  readonly #onFailure: (error: Error) => void;
  #work: Work<Replayed>;
  #isEnded = false;

  constructor(
    session: Session,
    work: Work<Replayed>,
    onChange: (before: Work<Replayed>) => void,
    onFailure: (error: Error) => void,
  ) {
    this.session = session;
    this.#work = work;
    this.#onChange = onChange;
    this.#onFailure = onFailure;
  }

  get work(): Work<Replayed> {
    return this.#work;
  }

  /** Changes the state and does what there is to do then. */
  update(change: Change): void {
    const before = this.#work;
    this.#work = change(before);
    for (const worker of workers) {
      const job = nextJob(this.#work, worker);
      if (job === undefined) continue;
      this.#work = start(this.#work, worker, job);
      void this.#run(worker, job);
    }
    if (this.#work !== before) this.#onChange(before);
  }

  /** Rests until told to go on. */
  stop(): void {
    this.session.stopSearching();
    this.update(stop);
  }

  end(): void {
    this.#isEnded = true;
    this.session.dispose();
  }

  async #run(worker: Worker, job: Job): Promise<void> {
    const tell = (done: number) => {
      if (!this.#isEnded) this.update((work) => progress(work, worker, job, done));
    };
    let change: Change;
    try {
      change = await this.#do(job, tell);
    } catch (error) {
      if (error instanceof EndedError || this.#isEnded) return;
      this.update((work) => fail(work, worker, job));
      this.#onFailure(error as Error);
      return;
    }
    if (!this.#isEnded) this.update(change);
  }

  async #do(job: Job, tell: (done: number) => void): Promise<Change> {
    const { session } = this;
    switch (job.kind) {
      case "bound": {
        const quick = await session.quickCapacity(job.policy);
        return (work) => bounded(work, job, quick);
      }
      case "replay": {
        const outcome = await session.replay(job.policy, job.capacity, tell);
        return (work) => replayed(work, job, outcome);
      }
      case "time": {
        const time = await session.nanosecondsPerOperation(job.policy, job.capacity);
        return (work) => timed(work, job, time);
      }
      case "search": {
        const smallest = await session.smallestCapacity(job.policy, tell);
        return (work) => searched(work, job, smallest);
      }
      case "advise": {
        const advice: Advice = await session.advise(job.candidates, tell);
        return (work) => advised(work, job, advice);
      }
    }
  }
}
