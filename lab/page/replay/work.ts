// What there is to do with an open trace, as a plain state: which policies are asked for, what is known of each, which
// jobs are running, and which come next. No worker, no page: every function takes a state and returns a state or a job.
//
// Two workers share the jobs. The viewer finds a small block that will do (`bound`) and replays in it. The searcher,
// once everything asked for has been replayed, measures times, works out the advice and searches for smallest capacities.
//
//   of one policy    bound → replay → time → search ─┬─ nothing smaller: done
//                              ↑                     │
//                              └─────────────────────┘ smaller: replayed and timed again
//   advice           when all policies are timed, and again when all are searched
//
// A search is stopped by ending its worker: what it was looking for is forgotten, and may be asked for again.

import type { TrackedPolicy } from "suballoc";
import type { Advice, Candidate } from "../../src/advise/advise.ts";
import type { Replay } from "../../src/replay/replay.ts";
import type { SmallestCapacity } from "../../src/replay/smallest-capacity.ts";

/** What is read here of a replay; the page knows more. */
export interface Outcome {
  readonly replay: Pick<Replay, "capacity" | "failure">;
}

/** What is known of one policy. */
export interface PolicyResult<Replayed extends Outcome> {
  readonly policy: TrackedPolicy;
  readonly smallest: SmallestCapacity | undefined;
  readonly replayed: Replayed | undefined;
  /** In the capacity of the replay. */
  readonly nanosecondsPerOperation: number | undefined;
  /** How far the search for the smallest capacity has come, 0 … 1. */
  readonly search: "waiting" | "stopped" | "done" | number;
}

export type Job =
  | { readonly kind: "bound"; readonly policy: TrackedPolicy }
  | { readonly kind: "replay"; readonly policy: TrackedPolicy; readonly capacity: number }
  | { readonly kind: "time"; readonly policy: TrackedPolicy; readonly capacity: number }
  | { readonly kind: "search"; readonly policy: TrackedPolicy }
  | { readonly kind: "advise"; readonly candidates: readonly Candidate[] };

export type Worker = "viewer" | "searcher";

export interface Work<Replayed extends Outcome> {
  readonly policies: readonly TrackedPolicy[];
  /** The capacity asked for; of each policy its smallest if undefined. */
  readonly capacity: number | undefined;
  readonly results: ReadonlyMap<TrackedPolicy, PolicyResult<Replayed>>;
  readonly running: Readonly<Record<Worker, Job | undefined>>;
  /** How far each worker's job has come, 0 … 1. */
  readonly done: Readonly<Record<Worker, number>>;
  /** Whether the searcher rests. */
  readonly isStopped: boolean;
  /** A job failed; nothing more is done until something else is asked for. */
  readonly hasFailed: boolean;
  readonly advice: { readonly advice: Advice; readonly basis: string } | undefined;
}

export function begin<Replayed extends Outcome>(
  policies: readonly TrackedPolicy[],
  capacity: number | undefined,
): Work<Replayed> {
  return {
    policies,
    capacity,
    results: new Map(),
    running: { viewer: undefined, searcher: undefined },
    done: { viewer: 0, searcher: 0 },
    isStopped: false,
    hasFailed: false,
    advice: undefined,
  };
}

// --- what is known

export function resultOf<R extends Outcome>(work: Work<R>, policy: TrackedPolicy): PolicyResult<R> {
  const unknown: PolicyResult<R> = {
    policy,
    smallest: undefined,
    replayed: undefined,
    nanosecondsPerOperation: undefined,
    search: work.isStopped ? "stopped" : "waiting",
  };
  return work.results.get(policy) ?? unknown;
}

/** Of the policies asked for. */
export function resultsOf<R extends Outcome>(work: Work<R>): PolicyResult<R>[] {
  return work.policies.map((policy) => resultOf(work, policy));
}

/** Whether the advice is for the policies asked for, with all their searches done. */
export function isAdviceFinal<R extends Outcome>(work: Work<R>): boolean {
  return (
    work.advice?.basis === basisOf(candidatesIn(work)) &&
    resultsOf(work).every(({ search }) => search === "done")
  );
}

/** Every policy asked for, if all are timed in their smallest capacities. */
function candidatesIn<R extends Outcome>(work: Work<R>): Candidate[] {
  if (work.capacity !== undefined) return [];
  const candidates = resultsOf(work).flatMap(
    ({ policy, smallest, replayed, nanosecondsPerOperation }) =>
      smallest === undefined ||
      nanosecondsPerOperation === undefined ||
      replayed?.replay.capacity !== smallest.capacity
        ? []
        : [{ policy, smallest, nanosecondsPerOperation }],
  );
  return candidates.length === work.policies.length ? candidates : [];
}

/** What the advice depends on, without the times, which differ whenever they are measured. */
function basisOf(candidates: readonly Candidate[]): string {
  return candidates
    .map(({ policy, smallest }) => `${policy} ${smallest.capacity} ${smallest.exact}`)
    .join();
}

// --- what comes next

/** The job for a worker that has none. */
export function nextJob<R extends Outcome>(work: Work<R>, worker: Worker): Job | undefined {
  if (work.hasFailed || work.running[worker] !== undefined) return undefined;
  if (worker === "viewer") return nextToView(work);
  const isViewing = work.running.viewer !== undefined || nextToView(work) !== undefined;
  return work.isStopped || isViewing ? undefined : nextToSearch(work);
}

function nextToView<R extends Outcome>(work: Work<R>): Job | undefined {
  for (const { policy, smallest, replayed } of resultsOf(work)) {
    if (smallest === undefined) return { kind: "bound", policy };
    const capacity = work.capacity ?? smallest.capacity;
    if (replayed?.replay.capacity !== capacity) return { kind: "replay", policy, capacity };
  }
  return undefined;
}

/** Times first, for they are soon known. */
function nextToSearch<R extends Outcome>(work: Work<R>): Job | undefined {
  const results = resultsOf(work);
  for (const { policy, replayed, nanosecondsPerOperation } of results) {
    if (nanosecondsPerOperation === undefined && replayed?.replay.failure === undefined)
      return { kind: "time", policy, capacity: replayed!.replay.capacity };
  }
  const unsearched = results.find(({ search }) => search !== "done");
  const candidates = candidatesIn(work);
  const basis = basisOf(candidates);
  const isDue = unsearched === undefined || !isAbout(work.advice?.basis, work.policies);
  if (candidates.length > 0 && isDue && basis !== work.advice?.basis)
    return { kind: "advise", candidates };
  return unsearched && { kind: "search", policy: unsearched.policy };
}

function isAbout(basis: string | undefined, policies: readonly TrackedPolicy[]): boolean {
  const named = basis?.split(",").map((part) => part.split(" ")[0]);
  return named?.join() === policies.join();
}

// --- what changes it

export function choose<R extends Outcome>(
  work: Work<R>,
  policies: readonly TrackedPolicy[],
): Work<R> {
  return { ...work, policies, hasFailed: false };
}

/** Times hold for one capacity only. */
export function ask<R extends Outcome>(work: Work<R>, capacity: number | undefined): Work<R> {
  if (capacity === work.capacity) return work;
  const results = [...work.results.values()].map(
    (result) => [result.policy, { ...result, nanosecondsPerOperation: undefined }] as const,
  );
  return { ...work, capacity, hasFailed: false, results: new Map(results) };
}

export function start<R extends Outcome>(work: Work<R>, worker: Worker, job: Job): Work<R> {
  const started = {
    ...work,
    running: { ...work.running, [worker]: job },
    done: { ...work.done, [worker]: 0 },
  };
  return job.kind === "search" ? changed(started, job.policy, { search: 0 }) : started;
}

export function progress<R extends Outcome>(
  work: Work<R>,
  worker: Worker,
  job: Job,
  done: number,
): Work<R> {
  if (work.running[worker] !== job) return work;
  const told = { ...work, done: { ...work.done, [worker]: done } };
  return job.kind === "search" ? changed(told, job.policy, { search: done }) : told;
}

/** A bound is only a beginning: what a search has found meanwhile stays. */
export function bounded<R extends Outcome>(
  work: Work<R>,
  job: Job & { kind: "bound" },
  quick: SmallestCapacity,
): Work<R> {
  const { smallest, search } = resultOf(work, job.policy);
  return changed(ended(work, "viewer", job), job.policy, {
    smallest: smallest ?? quick,
    search: quick.exact ? "done" : search,
  });
}

export function replayed<R extends Outcome>(
  work: Work<R>,
  job: Job & { kind: "replay" },
  outcome: R,
): Work<R> {
  return changed(ended(work, "viewer", job), job.policy, {
    replayed: outcome,
    nanosecondsPerOperation: undefined,
  });
}

/** Times of what has been replayed in another capacity meanwhile are of no use. */
export function timed<R extends Outcome>(
  work: Work<R>,
  job: Job & { kind: "time" },
  nanosecondsPerOperation: number,
): Work<R> {
  const free = ended(work, "searcher", job);
  const { replayed } = resultOf(work, job.policy);
  if (replayed?.replay.capacity !== job.capacity) return free;
  return changed(free, job.policy, { nanosecondsPerOperation });
}

export function searched<R extends Outcome>(
  work: Work<R>,
  job: Job & { kind: "search" },
  smallest: SmallestCapacity,
): Work<R> {
  return changed(ended(work, "searcher", job), job.policy, { smallest, search: "done" });
}

export function advised<R extends Outcome>(
  work: Work<R>,
  job: Job & { kind: "advise" },
  advice: Advice,
): Work<R> {
  return { ...ended(work, "searcher", job), advice: { advice, basis: basisOf(job.candidates) } };
}

export function fail<R extends Outcome>(work: Work<R>, worker: Worker, job: Job): Work<R> {
  return { ...ended(work, worker, job), hasFailed: true };
}

export function stop<R extends Outcome>(work: Work<R>): Work<R> {
  const { searcher } = work.running;
  const free = searcher === undefined ? work : ended(work, "searcher", searcher);
  return { ...free, isStopped: true, results: searches(free, "stopped") };
}

export function goOn<R extends Outcome>(work: Work<R>): Work<R> {
  return { ...work, isStopped: false, hasFailed: false, results: searches(work, "waiting") };
}

/** The job may have been given up, and another begun. */
function ended<R extends Outcome>(work: Work<R>, worker: Worker, job: Job): Work<R> {
  if (work.running[worker] !== job) return work;
  return { ...work, running: { ...work.running, [worker]: undefined } };
}

function changed<R extends Outcome>(
  work: Work<R>,
  policy: TrackedPolicy,
  change: Partial<PolicyResult<R>>,
): Work<R> {
  const results = new Map(work.results);
  results.set(policy, { ...resultOf(work, policy), ...change });
  return { ...work, results };
}

function searches<R extends Outcome>(
  { results }: Work<R>,
  search: "waiting" | "stopped",
): Work<R>["results"] {
  return new Map(
    [...results].map(([policy, result]) => [
      policy,
      result.search === "done" ? result : { ...result, search },
    ]),
  );
}
