// The matrix: one row for each thing checked, run one after the other, and printed as a table.

import { printFailure } from "../../scripts/test-results.ts";

/** Thrown by a check that cannot be made on this machine. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

interface Row {
  where: string;
  what: string;
  outcome: "pass" | "FAIL" | "skip";
  seconds: number;
  note: string;
}

const rows: Row[] = [];
const format = ({ where, what, outcome, seconds, note }: Row) =>
  `${outcome}  ${where.padEnd(24)} ${what.padEnd(46)} ${seconds.toFixed(1).padStart(6)} s  ${note}`;

/**
 * Makes one check: it fails by throwing, and may return a note for the table. Where CI is set, what is
 * unavailable has failed: everything here can be installed.
 */
export async function check(where: string, what: string, make: () => unknown): Promise<void> {
  const began = performance.now();
  let outcome: Row["outcome"] = "pass";
  let note = "";
  try {
    const result = await make();
    if (typeof result === "string") note = result;
  } catch (error) {
    outcome = error instanceof Unavailable && !process.env.CI ? "skip" : "FAIL";
    const text = error instanceof Error ? error.message : String(error);
    note = text.split("\n")[0] ?? "";
    if (outcome === "FAIL") console.error(`\n${where}, ${what}:\n${text}\n`);
  }
  const row = { where, what, outcome, seconds: (performance.now() - began) / 1000, note };
  rows.push(row);
  console.log(format(row));
}

/** Prints the table, and its sum as the last line. Answers whether nothing failed. */
export function conclude(): boolean {
  const count = (outcome: Row["outcome"]) => rows.filter((row) => row.outcome === outcome).length;
  const [passed, failed, skipped] = [count("pass"), count("FAIL"), count("skip")];
  console.log(`\n── everywhere ──\n${rows.map(format).join("\n")}`);
  for (const { where, what, outcome, note } of rows)
    if (outcome === "FAIL") printFailure(`${where}, ${what}`, note);
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed === 0 && passed > 0;
}
