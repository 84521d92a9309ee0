// A race: contenders run one workload in short slices, in turn, round after round; only one of them runs at
// any time. What counts is the median, and for ratios the median of each round's ratio.

import { type ChildProcess, fork } from "node:child_process";
import { type ContenderName, isExactFirstFit } from "../contenders/index.ts";
import type { Ready, Request, Slice } from "./protocol.ts";
import type { WorkloadSpec } from "./workloads.ts";

export interface RaceOptions {
  readonly rounds: number;
  readonly sliceMs: number;
  readonly warmUpMs: number;
  /** A contender is skipped when preparing the workload takes it longer. */
  readonly budgetMs: number;
}

export interface Result {
  /** Median ns of one allocate and one free together; undefined when the contender was skipped. */
  readonly nsPerPair: number | undefined;
  /** ns per pair of every round. */
  readonly rounds: readonly number[];
  readonly failures: number;
}

export type RaceResult = Map<ContenderName, Result>;

/** wasm is compiled by the optimizing compiler at once, as it ends up anyway. */
const FLAGS = ["--no-liftoff"];

class Runner {
  readonly #process: ChildProcess;

  constructor() {
    this.#process = fork(new URL("./runner.ts", import.meta.url), {
      execArgv: [...process.execArgv, ...FLAGS],
    });
  }

  ask<Answer>(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`a runner ended (${code})`));
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
  const results: RaceResult = new Map();
  const running: { name: ContenderName; runner: Runner; failures: number; ns: number[] }[] = [];
  let expected: { name: ContenderName; checksum: number } | undefined;
  try {
    for (const name of contenders) {
      progress(`preparing ${name}`);
      const runner = new Runner();
      const ready = await runner.ask<Ready>({ do: "set", contender: name, spec, budgetMs });
      if (ready.state === "skipped") {
        runner.end();
        results.set(name, { nsPerPair: undefined, rounds: [], failures: 0 });
        continue;
      }
      running.push({ name, runner, failures: ready.failures, ns: [] });
      if (isExactFirstFit(name)) {
        expected ??= { name, checksum: ready.checksum };
        if (ready.checksum !== expected.checksum)
          throw new Error(`${name} and ${expected.name} handed out different addresses`);
      }
    }
    for (const { name, runner } of running) {
      progress(`warming ${name}`);
      await runner.ask<Slice>({ do: "slice", ms: warmUpMs });
    }
    for (let round = 0; round < rounds; round++) {
      progress(`round ${round + 1} of ${rounds}`);
      for (const { runner, ns } of running) {
        const { operations, ms } = await runner.ask<Slice>({ do: "slice", ms: sliceMs });
        ns.push((ms * 1e6) / (operations / 2));
      }
    }
  } finally {
    for (const { runner } of running) runner.end();
  }
  for (const { name, failures, ns } of running)
    results.set(name, { nsPerPair: median(ns), rounds: ns, failures });
  return results;
}
