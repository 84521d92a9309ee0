// Which policy to take for a trace, and why: from measurements of each, in a few plain sentences.
//
// Memory comes first: every policy that needs at most 1 % more than the least is in the running. Of these the fastest is
// taken; times within a fifth of each other are taken for equal, since they vary from run to run, and then the policy
// that needs least wins, or of several as good the one that `TRACKED_POLICIES` lists first.

import { TRACKED_POLICIES, type TrackedPolicy } from "suballoc";
import { count, percent } from "../draw/format.ts";
import { factoryOf, isUntracked } from "../replay/allocator.ts";
import { type DefragmentingReplay, replayDefragmenting } from "../replay/defragmenting.ts";
import type { Measurement } from "../replay/measure.ts";
import type { Trace } from "../trace/trace.ts";
import { type GranularityFinding, granularitiesFor, tryGranularity } from "./granularity.ts";
import { type Refusals, refusalsIn } from "./refusals.ts";

/** What is known of one policy. */
export type Candidate = Pick<Measurement, "policy" | "smallest"> & {
  readonly nanosecondsPerOperation: number;
};

export interface PolicyAdvice {
  readonly policy: TrackedPolicy;
  readonly capacity: number;
  /** Whether no smaller capacity will do. */
  readonly isExact: boolean;
  readonly overheadPercent: number;
  readonly nanosecondsPerOperation: number;
  /** In the capacity that the policy advised needs. */
  readonly refusals: Refusals;
}

export interface Advice {
  readonly policy: TrackedPolicy;
  readonly capacity: number;
  /** Two to four, for people. */
  readonly sentences: readonly string[];
  readonly policies: readonly PolicyAdvice[];
  /** With the policy advised, in the least of the capacities tried in which it fits with a million moves. */
  readonly defragmented: DefragmentingReplay | undefined;
  readonly granularities: readonly GranularityFinding[];
}

const CAPACITY_MARGIN = 1.01;
const TIME_MARGIN = 1.2;
/** Savings below this share are not worth a sentence of their own. */
const WORTH_SAYING = 0.005;
/** What takes more moves than this to defragment is no advice, and takes long to find out. */
const MOST_MOVES = 1e6;
/** Costs below this share are none. */
const FREE = 0.001;

/** @param candidates one for each policy that may be advised */
export function advise(
  trace: Trace,
  candidates: readonly Candidate[],
  onProgress: (task: string, done: number) => void = () => {},
): Advice {
  const best = choose(candidates);
  const { policy } = best;
  const { capacity } = best.smallest;
  const policies = candidates.map((candidate, index) => {
    onProgress(`${candidate.policy}: refusals`, index / candidates.length);
    return {
      policy: candidate.policy,
      capacity: candidate.smallest.capacity,
      isExact: candidate.smallest.exact,
      overheadPercent: (candidate.smallest.capacity / trace.peakLiveBytes - 1) * 100,
      nanosecondsPerOperation: candidate.nanosecondsPerOperation,
      refusals: refusalsIn(trace, factoryOf(candidate.policy), capacity),
    };
  });
  const [defragmented] = replayDefragmenting(
    trace,
    policy,
    (done) => onProgress(`${policy}: defragmenting`, done),
    MOST_MOVES,
  );
  const tried = granularitiesFor(trace);
  const granularities = tried.map((granularity, index) => {
    onProgress(`${policy}: granularity ${granularity}`, index / tried.length);
    return tryGranularity(trace, policy, granularity);
  });
  const sentences = [
    ...sayChoice(trace, best, candidates),
    sayRefusals(best, policies),
    sayDefragmentation(trace, best, defragmented),
    sayGranularity(best, granularities),
  ];
  return {
    policy,
    capacity,
    sentences: sentences.filter((sentence) => sentence !== ""),
    policies,
    defragmented,
    granularities,
  };
}

export function choose(candidates: readonly Candidate[]): Candidate {
  const least = Math.min(...candidates.map(({ smallest }) => smallest.capacity));
  const running = candidates.filter(({ smallest }) => smallest.capacity <= least * CAPACITY_MARGIN);
  const fastest = Math.min(...running.map((one) => one.nanosecondsPerOperation));
  const quick = running.filter((one) => one.nanosecondsPerOperation <= fastest * TIME_MARGIN);
  const rank = ({ policy }: Candidate) => TRACKED_POLICIES.indexOf(policy);
  return quick.sort((a, b) => a.smallest.capacity - b.smallest.capacity || rank(a) - rank(b))[0]!;
}

function sayChoice(trace: Trace, best: Candidate, candidates: readonly Candidate[]): string[] {
  const { policy, smallest, nanosecondsPerOperation } = best;
  const over = smallest.capacity / trace.peakLiveBytes - 1;
  const needs =
    over === 0
      ? `the trace fits in its peak of live bytes, ${count(smallest.capacity)}; nothing could need less`
      : `the trace fits in ${count(smallest.capacity)} bytes, ${percent(over)} over its peak of live bytes`;
  const only = isUntracked(policy) ? "" : " (TrackedAllocator only)";
  const first = `Take ${policy}${only}: with it ${needs}, at ${time(nanosecondsPerOperation)} an operation.`;
  const others = candidates.filter((other) => other !== best);
  if (others.length === 0) return [first];
  const smaller = others.filter((other) => other.smallest.capacity < smallest.capacity);
  const larger = others.filter((other) => other.smallest.capacity > smallest.capacity);
  const parts: string[] = [];
  for (const other of smaller.sort((a, b) => a.smallest.capacity - b.smallest.capacity)) {
    const less = share(1 - other.smallest.capacity / smallest.capacity);
    const longer = (other.nanosecondsPerOperation / nanosecondsPerOperation).toFixed(1);
    parts.push(`${other.policy} needs ${less} less, but takes ${longer} times as long`);
  }
  if (larger.length > 0) {
    const next = larger.reduce((a, b) => (b.smallest.capacity < a.smallest.capacity ? b : a));
    const most = larger.reduce((a, b) => (b.smallest.capacity > a.smallest.capacity ? b : a));
    const more = (other: Candidate) => share(other.smallest.capacity / smallest.capacity - 1);
    parts.push(
      next === most
        ? `${next.policy} needs ${more(next)} more`
        : `the others need from ${more(next)} (${next.policy}) to ${more(most)} (${most.policy}) more`,
    );
  }
  const equal = others.filter((other) => other.smallest.capacity === smallest.capacity);
  if (equal.length > 0) {
    parts.push(
      `${listed(equal.map((other) => `${other.policy} (${time(other.nanosecondsPerOperation)})`))} ${equal.length === 1 ? "needs" : "need"} as much`,
    );
  }
  return [first, `${capitalised(parts.join("; "))}.`];
}

function sayRefusals({ smallest }: Candidate, policies: readonly PolicyAdvice[]): string {
  const refusing = policies
    .filter(({ refusals }) => refusals.allocations > 0)
    .sort((a, b) => b.refusals.allocations - a.refusals.allocations);
  if (refusing.length === 0) return "";
  const each = refusing.map(
    ({ policy, refusals }) =>
      `${policy} ${count(refusals.allocations)} (${count(refusals.fragmented)} with enough free in all)`,
  );
  return `Allocations refused in ${count(smallest.capacity)} bytes: ${each.join(", ")}.`;
}

function sayDefragmentation(
  trace: Trace,
  { smallest }: Candidate,
  defragmented: DefragmentingReplay | undefined,
): string {
  if (defragmented === undefined) return "";
  const saved = 1 - defragmented.capacity / smallest.capacity;
  if (saved < WORTH_SAYING) return "Defragmentation would save next to nothing.";
  const allocated = trace.sizes.reduce((sum, size) => sum + size, 0);
  const { moves, movedBytes } = defragmented;
  return `With TrackedAllocator, defragmented when an allocation does not fit, ${count(defragmented.capacity)} bytes do, ${percent(saved)} less, for ${count(moves)} moves of ${count(movedBytes)} bytes in all (${percent(movedBytes / allocated)} of what is allocated).`;
}

/** The granularity that saves most (of equals, the largest), of those that cost no memory and save memory or time worth speaking of. */
function sayGranularity(best: Candidate, granularities: readonly GranularityFinding[]): string {
  const saved = ({ capacity }: GranularityFinding) => 1 - capacity / best.smallest.capacity;
  const speedUp = (finding: GranularityFinding) =>
    best.nanosecondsPerOperation / finding.nanosecondsPerOperation;
  const [worthwhile] = granularities
    .filter(
      (one) => saved(one) > -FREE && (saved(one) >= WORTH_SAYING || speedUp(one) >= TIME_MARGIN),
    )
    .sort((a, b) => saved(b) - saved(a) || b.granularity - a.granularity);
  if (worthwhile === undefined) return "";
  const { granularity, capacity, isNatural, nanosecondsPerOperation } = worthwhile;
  const less = saved(worthwhile) >= WORTH_SAYING ? `, ${percent(saved(worthwhile))} less` : "";
  const all = isNatural ? `All sizes and alignments are multiples of ${granularity}. ` : "";
  return `${all}With granularity ${granularity}, ${count(capacity)} bytes do${less}, at ${time(nanosecondsPerOperation)} an operation.`;
}

/** Of something, not nothing. */
const share = (fraction: number) => (fraction < 0.0001 ? "under 0.01 %" : percent(fraction));
const time = (nanoseconds: number) => `${nanoseconds.toFixed(0)} ns`;
const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
