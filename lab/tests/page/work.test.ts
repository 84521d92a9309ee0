// What there is to do with a trace, without a page or a worker: each job in its turn, whatever people do meanwhile.

import fc from "fast-check";
import { TRACKED_POLICIES, type TrackedPolicy } from "suballoc";
import { describe, expect, test } from "vitest";
import {
  advised,
  ask,
  begin,
  bounded,
  choose,
  fail,
  goOn,
  isAdviceFinal,
  type Job,
  nextJob,
  type Outcome,
  progress,
  replayed,
  resultOf,
  resultsOf,
  searched,
  start,
  stop,
  timed,
  type Work,
  type Worker,
} from "../../page/replay/work.ts";
import type { Advice } from "../../src/advise/advise.ts";

type State = Work<Outcome>;

const workers = ["viewer", "searcher"] as const;
const quick = { capacity: 120, noneBelow: 100, exact: false };
const found = { capacity: 110, noneBelow: 110, exact: true };
const adviceOf = (policies: readonly TrackedPolicy[]) =>
  ({ policy: policies[0], sentences: [policies.join()] }) as unknown as Advice;
const outcomeIn = (capacity: number): Outcome => ({
  replay: { capacity, failure: capacity < 110 ? { size: 1, line: 1 } : undefined },
});

/** What the workers would have to say. First fit's bound is exact, the others' are not. */
function finish(work: State, job: Job): State {
  switch (job.kind) {
    case "bound":
      return bounded(work, job, job.policy === "first-fit" ? found : quick);
    case "replay":
      return replayed(work, job, outcomeIn(job.capacity));
    case "time":
      return timed(work, job, job.capacity);
    case "search":
      return searched(work, job, found);
    case "advise":
      return advised(work, job, adviceOf(job.candidates.map(({ policy }) => policy)));
  }
}

function begun(work: State): State {
  return workers.reduce((state, worker) => {
    const job = nextJob(state, worker);
    return job === undefined ? state : start(state, worker, job);
  }, work);
}

/** Runs to the end. @returns the jobs in the order in which they were done. */
function runAll(work: State): { work: State; jobs: string[] } {
  const jobs: string[] = [];
  let state = begun(work);
  for (;;) {
    const worker = workers.find((name) => state.running[name] !== undefined);
    if (worker === undefined) return { work: state, jobs };
    const job = state.running[worker]!;
    const { kind } = job;
    jobs.push(
      `${kind} ${"policy" in job ? job.policy : ""} ${"capacity" in job ? job.capacity : ""}`.trim(),
    );
    state = begun(finish(state, job));
    expect(jobs.length).toBeLessThan(200);
  }
}

function runUntil(work: State, kind: Job["kind"]): { work: State; worker: Worker; job: Job } {
  let state = begun(work);
  for (;;) {
    const worker = workers.find((name) => state.running[name]?.kind === kind);
    if (worker !== undefined) return { work: state, worker, job: state.running[worker]! };
    const busy = workers.find((name) => state.running[name] !== undefined)!;
    state = begun(finish(state, state.running[busy]!));
  }
}

const two = begin<Outcome>(["first-fit", "best-fit"], undefined);

describe("from a trace to the advice", () => {
  test("pictures, times, a first answer, searches, and the last answer", () => {
    const { work, jobs } = runAll(two);
    expect(jobs).toEqual([
      "bound first-fit",
      "replay first-fit 110",
      "bound best-fit",
      "replay best-fit 120",
      "time first-fit 110",
      "time best-fit 120",
      "advise",
      "search best-fit",
      "replay best-fit 110",
      "time best-fit 110",
      "advise",
    ]);
    expect(isAdviceFinal(work)).toBe(true);
    expect(
      resultsOf(work).map(({ search, nanosecondsPerOperation }) => [
        search,
        nanosecondsPerOperation,
      ]),
    ).toEqual([
      ["done", 110],
      ["done", 110],
    ]);
  });

  test("no answer for one capacity for all, and no time where the trace does not fit", () => {
    const { jobs, work } = runAll(ask(two, 100));
    expect(jobs).toEqual([
      "bound first-fit",
      "replay first-fit 100",
      "bound best-fit",
      "replay best-fit 100",
      "search best-fit",
    ]);
    const again = runAll(ask(work, undefined));
    expect(again.jobs).toEqual([
      "replay first-fit 110",
      "replay best-fit 110",
      "time first-fit 110",
      "time best-fit 110",
      "advise",
    ]);
  });

  test("the same capacity again is no news", () => {
    const { work } = runAll(ask(two, 500));
    expect(ask(work, 500)).toBe(work);
    expect(runAll(ask(ask(work, 600), 500)).jobs).toEqual([
      "time first-fit 500",
      "time best-fit 500",
    ]);
  });
});

describe("while jobs run", () => {
  test("another policy: only what is missing, and an answer for all three", () => {
    const { work } = runAll(two);
    const more = choose(work, ["first-fit", "best-fit", "worst-fit"]);
    expect(isAdviceFinal(more)).toBe(false);
    expect(runAll(more).jobs).toEqual([
      "bound worst-fit",
      "replay worst-fit 120",
      "time worst-fit 120",
      "advise",
      "search worst-fit",
      "replay worst-fit 110",
      "time worst-fit 110",
      "advise",
    ]);
  });

  test("a policy taken away ends what was begun for it and no more", () => {
    const { work, worker, job } = runUntil(two, "search");
    const fewer = choose(work, ["first-fit"]);
    expect(nextJob(fewer, worker)).toBeUndefined();
    const { jobs, work: last } = runAll(finish(fewer, job));
    expect(jobs).toEqual(["advise"]);
    expect(resultOf(last, "best-fit").search).toBe("done");
  });

  test("a time measured in a capacity that is no longer shown is forgotten", () => {
    const { work, job } = runUntil(two, "time");
    const asked = begun(ask(work, 300));
    const shown = finish(asked, asked.running.viewer!);
    expect(resultOf(finish(shown, job), "first-fit").nanosecondsPerOperation).toBeUndefined();
  });

  test("a bound does not take the place of what a search has found", () => {
    const job = { kind: "bound", policy: "best-fit" } as const;
    const known = searched(two, { kind: "search", policy: "best-fit" }, found);
    expect(resultOf(bounded(known, job, quick), "best-fit").smallest).toBe(found);
  });

  test("progress is told of the job that runs, not of one given up", () => {
    const { work, worker, job } = runUntil(two, "search");
    const half = progress(work, worker, job, 0.5);
    expect([half.done.searcher, resultOf(half, "best-fit").search]).toEqual([0.5, 0.5]);
    expect(progress(stop(work), worker, job, 0.5)).toEqual(stop(work));
  });

  test("stopped, the searcher rests until told to go on; pictures are still drawn", () => {
    const { work, job } = runUntil(two, "search");
    const rests = stop(work);
    expect(nextJob(rests, "searcher")).toBeUndefined();
    expect(resultsOf(rests).map(({ search }) => search)).toEqual(["done", "stopped"]);
    const more = choose(rests, ["best-fit", "next-fit"]);
    expect(runAll(more).jobs).toEqual(["bound next-fit", "replay next-fit 120"]);
    expect(resultOf(choose(rests, ["worst-fit"]), "worst-fit").search).toBe("stopped");
    const { jobs } = runAll(goOn(rests));
    expect(jobs[0]).toBe("search best-fit");
    // What comes of a search that was given up takes no job away from one begun since.
    const again = begun(goOn(rests));
    expect(finish(again, job).running.searcher).toBe(again.running.searcher);
  });

  test("after a failure nothing is tried again until something else is asked for", () => {
    const { work, worker, job } = runUntil(two, "time");
    const failed = fail(work, worker, job);
    expect(workers.map((name) => nextJob(failed, name))).toEqual([undefined, undefined]);
    expect(nextJob(ask(failed, 500), "viewer")).toMatchObject({ kind: "replay", capacity: 500 });
    expect(nextJob(goOn(failed), "searcher")).toMatchObject({ kind: "time" });
  });
});

test("whatever people do and in whatever order jobs end, all gets done", () => {
  const doing = fc.oneof(
    fc.record({ choose: fc.subarray([...TRACKED_POLICIES], { minLength: 1 }) }),
    fc.record({ ask: fc.constantFrom(undefined, 100, 115, 200) }),
    fc.constantFrom("stop" as const, "go on" as const, "viewer" as const, "searcher" as const),
  );
  fc.assert(
    fc.property(fc.array(doing, { maxLength: 60 }), (events) => {
      let state = begun(two);
      for (const event of events) {
        if (event === "stop") state = stop(state);
        else if (event === "go on") state = goOn(state);
        else if (typeof event === "string") {
          const job = state.running[event];
          if (job !== undefined) state = finish(state, job);
        } else if ("choose" in event) state = choose(state, event.choose);
        else state = ask(state, event.ask);
        state = begun(state);
        if (state.isStopped) expect(state.running.searcher).toBeUndefined();
      }
      const { work } = runAll(goOn(state));
      for (const { policy, smallest, replayed, nanosecondsPerOperation, search } of resultsOf(
        work,
      )) {
        const capacity = work.capacity ?? 110;
        expect([policy, smallest, search]).toEqual([policy, found, "done"]);
        expect(replayed).toEqual(outcomeIn(capacity));
        expect(nanosecondsPerOperation).toBe(capacity < 110 ? undefined : capacity);
      }
      if (work.capacity === undefined) {
        expect(isAdviceFinal(work)).toBe(true);
        expect(work.advice!.advice.sentences).toEqual([work.policies.join()]);
      }
    }),
    { numRuns: 500 },
  );
});
