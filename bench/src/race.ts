// A race: contenders run one workload in short slices, in turn, round after round; only one of them runs at
// any time. What counts is the median, and for ratios the median of each round's ratio.

import { type ChildProcess, fork } from "node:child_process";
import { type ContenderName, isExactFirstFit } from "../contenders/index.ts";
import { RUNNER } from "../paths.ts";
import type { Ready, Request, Slice } from "./protocol.ts";
import type { WorkloadSpec } from "./workloads.ts";

export interface RaceOptions {
  readonly rounds: number;
  readonly sliceMs: number;
  readonly warmUpMs: number;
  /** A contender is skipped when it takes much longer to prepare the workload, or to run a slice. */
  readonly budgetMs: number;
}

export interface Result {
  /** Median ns of one allocate and one free together; undefined when the contender was skipped. */
  readonly nsPerPair: number | undefined;
  /** ns per pair of every round. */
  readonly rounds: readonly number[];
  /** Allocations that did not fit while preparing. */
  readonly failures: number;
  readonly metadataBytes: number | undefined;
}

export type RaceResult = Map<ContenderName, Result>;

/** wasm is compiled by the optimizing compiler at once, as it ends up anyway. */
const FLAGS = ["--no-liftoff"];

class Runner {
  readonly ns: number[] = [];
  failures = 0;
  metadataBytes: number | undefined;
  readonly #process: ChildProcess;

  constructor(readonly name: ContenderName) {
    this.#process = fork(RUNNER, { execArgv: FLAGS });
  }

  ask<Answer>(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) =>
        reject(new Error(`${this.name}: its process ended (${code})`));
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
  if (!a?.nsPerPair || !b?.nsPerPair) return undefined;
  return median(a.rounds.map((ns, i) => ns / (b.rounds[i] as number)));
}

export async function race(
  contenders: readonly ContenderName[],
  spec: WorkloadSpec,
  options: RaceOptions,
  progress: (text: string) => void = () => {},
): Promise<RaceResult> {
  const { rounds, sliceMs, warmUpMs, budgetMs } = options;
  const runners = contenders.map((name) => new Runner(name));
  let ready: Runner[] = [];
  let expected: { name: ContenderName; checksum: number } | undefined;
  try {
    for (const runner of runners) {
      const { name } = runner;
      progress(`preparing ${name}`);
      const answer = await runner.ask<Ready>({ do: "set", contender: name, spec, budgetMs });
      if (answer.state === "skipped") {
        runner.end();
        continue;
      }
      ready.push(runner);
      runner.failures = answer.failures;
      runner.metadataBytes = answer.metadataBytes;
      if (!isExactFirstFit(name)) continue;
      expected ??= { name, checksum: answer.checksum };
      if (answer.checksum !== expected.checksum)
        throw new Error(`${name} and ${expected.name} handed out different addresses`);
    }
    for (const runner of ready) {
      progress(`warming ${runner.name}`);
      const { ms } = await runner.ask<Slice>({ do: "slice", ms: warmUpMs });
      if (ms < warmUpMs + budgetMs) continue;
      runner.end();
      ready = ready.filter((other) => other !== runner);
    }
    for (let round = 0; round < rounds; round++) {
      progress(`round ${round + 1} of ${rounds}`);
      for (const runner of ready) {
        const { operations, ms } = await runner.ask<Slice>({ do: "slice", ms: sliceMs });
        runner.ns.push((ms * 1e6) / (operations / 2));
      }
    }
  } finally {
    for (const runner of runners) runner.end();
  }
  return new Map(
    runners.map(({ name, ns, failures, metadataBytes }) => [
      name,
      { nsPerPair: ns.length > 0 ? median(ns) : undefined, rounds: ns, failures, metadataBytes },
    ]),
  );
}
