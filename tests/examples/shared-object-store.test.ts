// The store of records that workers share, in Node; tests/browser/shared.test.ts runs it in a page.

import { expect, test } from "vitest";
import { runInNode } from "../../examples/shared-object-store/node.ts";

test("workers are terminated while they add and remove records, and nothing is lost", async () => {
  const outcome = await runInNode(3, 6);
  console.log(outcome);
  expect(outcome.killed).toBe(6);
  expect(outcome.records).toBeGreaterThan(100);
});
