// A small driver for tuning: cold starts alone, ours, the release before and an empty package, side by side.
//
//   npx tsx bench/src/cold-only.ts [runs]

import { BEFORE, EMPTY, measureColdStart, NOW } from "./cold-start.ts";
import { buildPrevious } from "./previous.ts";

const runs = Number(process.argv[2] ?? 41);
const starts = measureColdStart(runs, await buildPrevious(), () => {}, [NOW, BEFORE, EMPTY]);
for (const { contender, importMs, firstMs, leastMs } of starts) {
  const [imported, first, both, least] = [importMs, firstMs, importMs + firstMs, leastMs].map(
    (ms) => `${ms.toFixed(2)} ms`,
  );
  console.log(
    `${contender}: import ${imported}, first allocation ${first}, together ${both}; at least ${least}`,
  );
}
