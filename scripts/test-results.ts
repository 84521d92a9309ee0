// The results of test runs: sums, and a line `failed: …` for each test that failed, which `.ci/run` repeats at its end.

import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import type { JsonTestResults } from "vitest/reporters";

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** The results in a JSON file, or nothing if the run ended before it wrote them. */
export function readResults<Results>(file: string): Results | undefined {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** Prints the line of a test that failed: where it is, and the first line of what it said. */
export function printFailure(where: string, message: string | null | undefined): void {
  console.log(`failed: ${where}: ${message?.trimStart().split("\n")[0] || "no message"}`);
}

/** `failed`, which is at least one of a run that did not end well: then that is printed. */
export function failedOf(run: string, failed: number, succeeded: boolean): number {
  if (failed > 0 || succeeded) return failed;
  printFailure(run, "the run failed, no test of it did");
  return 1;
}

/**
 * The sum of a vitest run, whose failures it prints. A file that cannot be loaded, or a hook that throws, fails
 * without any failed test; a run that failed for no reason that it wrote counts as one.
 *
 * @param file - What the run's JSON reporter wrote.
 * @param succeeded - Whether the run ended well.
 */
export function vitestTally(file: string, succeeded: boolean): Tally {
  const results = readResults<JsonTestResults>(file);
  let failed = 0;
  for (const { name, status, message, assertionResults } of results?.testResults ?? []) {
    const path = relative("", name);
    const tests = assertionResults.filter((test) => test.status === "failed");
    for (const test of tests) printFailure(`${path} > ${test.fullName}`, test.failureMessages?.[0]);
    const isBroken = status === "failed" && tests.length === 0;
    if (isBroken) printFailure(path, message);
    failed += tests.length + (isBroken ? 1 : 0);
  }
  return {
    passed: results?.numPassedTests ?? 0,
    failed: failedOf(file, failed, succeeded),
    skipped: (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0),
  };
}
