// The bench's tables say what was measured.

import { describe, expect, test } from "vitest";
import { BEFORE, NOW } from "../../bench/src/cold-start.ts";
import { CHURN, COMPARED, KINDS, RELEASES } from "../../bench/src/plan.ts";
import { median, ratio } from "../../bench/src/race.ts";
import { isMet, targets } from "../../bench/src/reach.ts";
import { report } from "../../bench/src/report.ts";
import type { Results } from "../../bench/src/results.ts";
import { raceOf, readTable, result, resultsOf } from "./support.ts";

const churn = (live: number, results: Parameters<typeof raceOf>[1]) =>
  raceOf({ group: CHURN, title: `${live} live`, live }, results);

function measured(results: Results, what: string) {
  const found = targets(results).filter((target) => target.what === what);
  expect(found, what).toHaveLength(1);
  return found[0] as (typeof found)[0];
}

describe("figures", () => {
  test("the median of an odd and of an even number of values, in any order", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 7])).toBe(6);
  });

  test("a ratio is the median of the rounds' ratios, not the ratio of the medians", () => {
    const a = result([10, 40, 90]);
    const b = result([10, 10, 100]);
    expect(ratio(a, b)).toBe(1);
    expect((a.ns as number) / (b.ns as number)).toBe(4);
  });

  test("there is no ratio to what was skipped", () => {
    expect(ratio(result([1]), result([]))).toBeUndefined();
    expect(ratio(undefined, result([1]))).toBeUndefined();
  });
});

describe("tables", () => {
  test("one row for each entrant, ratios to the first, a dash for the skipped", () => {
    const markdown = report(
      resultsOf([
        churn(100, { "suballoc:first-fit": result([100]), other: result([250]) }),
        churn(10_000, { "suballoc:first-fit": result([200]), other: result([]) }),
      ]),
    );
    const rows = readTable(markdown, "ns per pair");
    expect([...rows.keys()]).toEqual(["**suballoc:first-fit**", "other"]);
    expect(rows.get("other")?.get("100 live")).toBe("250 (2.50×)");
    expect(rows.get("other")?.get("10000 live")).toBe("–");
    expect(rows.get("**suballoc:first-fit**")?.get("10000 live")).toBe("200 (1.00×)");
  });

  test("a policy's ratio is to the release before", () => {
    const entrants = Object.fromEntries(
      COMPARED.flatMap(({ now, before }, i) => [
        [now, result([100 * (i + 1)])],
        [before, result([200 * (i + 1)])],
      ]),
    );
    const rows = readTable(
      report(resultsOf([raceOf({ group: RELEASES, title: "100 live", live: 100 }, entrants)])),
      "ns per pair",
    );
    expect([...rows.keys()]).toEqual(COMPARED.map(({ name }) => name));
    for (const [i, { name }] of COMPARED.entries())
      expect(rows.get(name)?.get("100 live")).toBe(`${100 * (i + 1)} (0.50×)`);
  });

  test("a task is told in all, and for each of its units", () => {
    const task = raceOf(
      { group: "Snapshots", title: "10 free blocks", unit: "free block" },
      { snapshot: result([500], { units: 4000, snapshotBytes: 16_000 }) },
    );
    const row = readTable(report(resultsOf([task])), "10 free blocks").get("snapshot");
    expect(row?.get("ms in all")).toBe("2.00");
    expect(row?.get("ns per free block")).toBe("500");
    expect(row?.get("bytes per free block")).toBe("4.00");
  });

  test("metadata is told per live block, for those who can tell", () => {
    const race = churn(1000, {
      "suballoc:first-fit": result([1], { metadataBytes: 12_000 }),
      other: result([1]),
    });
    const rows = readTable(report(resultsOf([race])), "metadata bytes per live block");
    expect([...rows.keys()]).toEqual(["**suballoc:first-fit**"]);
    expect(rows.get("**suballoc:first-fit**")?.get("1,000")).toBe("12.0");
  });

  test("what did not fit is counted", () => {
    const refused = report(resultsOf([churn(10, { other: result([1], { failures: 1234 }) })]));
    expect(refused).toContain("- Churn, 10 live: other 1,234");
    expect(report(resultsOf([]))).toContain("Every allocation fitted.");
  });

  test("a cold start is the import and the first allocation together", () => {
    const coldStart = [{ contender: NOW, importMs: 1.5, firstMs: 2.25, leastMs: 3.25 }];
    const row = readTable(report(resultsOf([], { coldStart })), "cold start").get(NOW);
    expect(row?.get("together, ms")).toBe("3.75");
    expect(row?.get("least, ms")).toBe("3.25");
  });
});

describe("targets", () => {
  test("what was not measured is neither met nor missed", () => {
    for (const target of targets(resultsOf([]))) {
      expect(target.measured, target.what).toBeUndefined();
      expect(isMet(target), target.what).toBeUndefined();
    }
    const rows = readTable(report(resultsOf([])), "target");
    expect(new Set([...rows.values()].map((row) => row.get("met")))).toEqual(
      new Set(["not measured"]),
    );
  });

  test("limits count themselves in", () => {
    const target = { what: "", limit: { atMost: 2 } };
    expect([1.9, 2, 2.1].map((value) => isMet({ ...target, measured: value }))).toEqual([
      true,
      true,
      false,
    ]);
    const least = { what: "", limit: { atLeast: 2 } };
    expect([1.9, 2, 2.1].map((value) => isMet({ ...least, measured: value }))).toEqual([
      false,
      true,
      true,
    ]);
  });

  test("the worst row counts for the policies, and only untracked ones", () => {
    const race = (live: number, times: number) =>
      raceOf(
        { group: RELEASES, title: `${live} live`, live },
        Object.fromEntries(
          COMPARED.flatMap(({ name, now, before }) => [
            [now, result([name.includes("tracked") ? 900 : 100 * times])],
            [before, result([100])],
          ]),
        ),
      );
    const results = resultsOf([race(1e2, 0.5), race(1e5, 0.75)]);
    const worst = "any policy, untracked, against the release before, the worst row";
    expect(measured(results, worst).measured).toBe(0.75);
    expect(measured(results, "first fit against the release before, churn at 10⁵").measured).toBe(
      0.75,
    );
  });

  test("tracked is compared with untracked in the same race", () => {
    const results = resultsOf([
      raceOf(
        { group: KINDS, title: "", live: 1e4 },
        { "suballoc:first-fit": result([100]), "tracked:first-fit": result([130]) },
      ),
    ]);
    const target = measured(results, "tracked against untracked, churn at 10⁴");
    expect(target.measured).toBe(1.3);
    expect(isMet(target)).toBe(true);
  });

  test("the wrapper's worst N counts", () => {
    const results = resultsOf([
      churn(1e2, { "suballoc:first-fit": result([130]), "raw:first-fit": result([100]) }),
      churn(1e4, { "suballoc:first-fit": result([210]), "raw:first-fit": result([200]) }),
    ]);
    const what = "the wrapper against the raw exports, churn, the worst N";
    expect(measured(results, what).measured).toBe(1.3);
  });

  test("cold starts are compared as wholes", () => {
    const coldStart = [
      { contender: NOW, importMs: 1, firstMs: 1, leastMs: 1 },
      { contender: BEFORE, importMs: 2, firstMs: 6, leastMs: 7 },
    ];
    const what = "cold start against the release before";
    expect(measured(resultsOf([], { coldStart }), what).measured).toBe(0.25);
  });
});
