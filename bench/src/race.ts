// A race: its entrants run in short slices, in turn, round after round; only one of them runs at any time. What
// counts is the median, and for ratios the median of each round's ratio.

import { type ChildProcess, fork } from "node:child_process";
import { type ContenderName, isExactFirstFit } from "../contenders/names.ts";
import { RUNNER } from "../paths.ts";
import type { Facts, Ready, Request, Slice, Work } from "./protocol.ts";
import type { WorkloadSpec } from "./workloads.ts";

export interface Entrant {
  readonly name: string;
  readonly work: Work;
  /** Entrants of a race that give the same here must bring forth the very same results. */
  readonly agrees?: string;
}

/** Contenders under one workload: the exact first fits among them must agree. */
export function entrantsOf(names: readonly ContenderName[], workload: WorkloadSpec): Entrant[] {
  return names.map((name) => ({
    name,
    work: { contender: name, workload },
    ...(isExactFirstFit(name) && { agrees: "first fit" }),
  }));
}

export interface RaceOptions {
  readonly rounds: number;
  readonly sliceMs: number;
  readonly warmUpMs: number;
  /** An entrant is skipped when it takes much longer to prepare the workload, or to run a slice. */
  readonly budgetMs: number;
}

export interface Result extends Facts {
  /** Median ns of one allocate and one free together, or of one of a task's units; undefined when skipped. */
  readonly ns: number | undefined;
  /** The same for every round. */
  readonly rounds: readonly number[];
}

/** By the entrant's name. */
export type RaceResult = Map<string, Result>;

/** wasm is compiled by the optimizing compiler at once, as it ends up anyway. */
const FLAGS = ["--no-liftoff"];

class Runner {
  readonly ns: number[] = [];
  facts: Facts = { failures: 0 };
  readonly #process: ChildProcess;

  constructor(readonly entrant: Entrant) {
    this.#process = fork(RUNNER, { execArgv: FLAGS });
  }

  ask<Answer>(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) =>
        reject(new Error(`${this.entrant.name}: its process ended (${code})`));
      this.#process.once("exit", onExit);
      this.#process.once("message", (answer) => {
        this.#process.off("exit", onExit);
        resolve(answer as Answer);
      });
      this.#process.send(request);
    });
  }

  end(): void {
    this.#process.kill();
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** How many times slower `a` was than `b`: the median over the rounds. */
export function ratio(a: Result | undefined, b: Result | undefined): number | undefined {
  if (!a?.ns || !b?.ns) return undefined;
  return median(a.rounds.map((ns, i) => ns / (b.rounds[i] as number)));
}

export async function race(
  entrants: readonly Entrant[],
  options: RaceOptions,
  progress: (text: string) => void = () => {},
): Promise<RaceResult> {
  const { rounds, sliceMs, warmUpMs, budgetMs } = options;
  const runners = entrants.map((entrant) => new Runner(entrant));
  let ready: Runner[] = [];
  const expected = new Map<string, { name: string; checksum: number }>();
  try {
    for (const runner of runners) {
      const { name, work, agrees } = runner.entrant;
      progress(`preparing ${name}`);
      const answer = await runner.ask<Ready>({ do: "set", work, budgetMs });
      if (answer.state === "skipped") {
        runner.end();
        continue;
      }
      ready.push(runner);
      const { checksum, facts } = answer;
      runner.facts = facts;
      if (agrees === undefined) continue;
      const first = expected.get(agrees);
      if (!first) expected.set(agrees, { name, checksum });
      else if (checksum !== first.checksum)
        throw new Error(`${name} and ${first.name} have different results`);
    }
    for (const runner of ready) {
      progress(`warming ${runner.entrant.name}`);
      const { ms } = await runner.ask<Slice>({ do: "slice", ms: warmUpMs });
      if (ms < warmUpMs + budgetMs) continue;
      runner.end();
      ready = ready.filter((other) => other !== runner);
    }
    for (let round = 0; round < rounds; round++) {
      progress(`round ${round + 1} of ${rounds}`);
      for (const runner of ready) {
        const { units, ms } = await runner.ask<Slice>({ do: "slice", ms: sliceMs });
        runner.ns.push((ms * 1e6) / units);
      }
    }
  } finally {
    for (const runner of runners) runner.end();
  }
  return new Map(
    runners.map(({ entrant, ns, facts }) => [
      entrant.name,
      { ns: ns.length > 0 ? median(ns) : undefined, rounds: ns, ...facts },
    ]),
  );
}
