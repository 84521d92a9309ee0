// What a pool must do on any device, real or fake: each scenario opens a device, and throws when something is wrong.
// They use no test runner, so that they run in a page as well.

import { CALLS } from "./calls.ts";
import { FAILING } from "./failing.ts";
import { MOVING } from "./moving.ts";
import { randomRun, runs, type Tally } from "./random-run.ts";
import { type Scenario, seed } from "./scenario.ts";

const random: Record<string, Scenario> = Object.fromEntries(
  runs(1, seed).map((run): [string, Scenario] => [
    `${run.operations} random operations: ${run.name}`,
    async (open) => {
      const tally: Tally = await randomRun(await open(), run);
      if (tally.moved < run.operations / 100) throw new Error(`only ${tally.moved} moves`);
      return tally;
    },
  ]),
);

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  ...random,
  ...MOVING,
  ...CALLS,
  ...FAILING,
};
