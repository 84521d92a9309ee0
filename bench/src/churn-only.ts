// A small driver for profiling and tuning: churn alone, with the contenders and sizes given. Several builds
// of the wasm can be compared side by side:
//
//   npx tsx bench/src/churn-only.ts --n 100,10000 --contender raw:first-fit,suballoc:linked-list \
//     [--wasm build/narrow.wasm --wasm other.wasm] [--rounds 21] [--slice 10] [--max-size 1024]

import { parseArgs } from "node:util";
import { buildRunner } from "./build.ts";
import { buildPrevious } from "./previous.ts";
import { entrantsOf, race, ratio } from "./race.ts";

const { values } = parseArgs({
  options: {
    n: { type: "string", default: "100,10000,1000000" },
    contender: { type: "string", default: "raw:first-fit" },
    wasm: { type: "string", multiple: true, default: [] },
    rounds: { type: "string", default: "21" },
    slice: { type: "string", default: "10" },
    "max-size": { type: "string", default: "1024" },
  },
});

const contenders = values.contender
  .split(",")
  .flatMap((name) =>
    name.startsWith("raw:") && values.wasm.length > 0
      ? values.wasm.flatMap((paths) => paths.split(",").map((path) => `${name}@${path}`))
      : [name],
  );

await buildRunner();
if (values.contender.includes("previous") && !(await buildPrevious()))
  throw new Error("the history lacks the release before");
console.log(
  "ns per free+allocate pair: median of the rounds, least of them, ratio to the first one",
);
for (const live of values.n.split(",").map(Number)) {
  const results = await race(
    entrantsOf(contenders, { kind: "churn", live, maxSize: Number(values["max-size"]) }),
    {
      rounds: Number(values.rounds),
      sliceMs: Number(values.slice),
      warmUpMs: 300,
      budgetMs: 20_000,
    },
  );
  const first = results.get(contenders[0] as string);
  console.log(`\nN = ${live}`);
  for (const name of contenders) {
    const result = results.get(name);
    const { ns = Number.NaN, rounds = [], failures = 0 } = result ?? {};
    const figures = [ns, Math.min(...rounds), ratio(result, first) ?? Number.NaN];
    console.log(
      figures.map((figure, i) => figure.toFixed(i === 2 ? 3 : 1).padStart(10)).join(""),
      ` ${name}${failures ? ` (${failures} did not fit while preparing)` : ""}`,
    );
  }
}
