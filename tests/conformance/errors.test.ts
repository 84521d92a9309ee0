// The error table, call by call: class, code, words and fields.

import { describe, expect, test } from "vitest";
import * as suballoc from "../../src/index.ts";
import { problemsOf, REFUSALS } from "../support/refusals.ts";

describe.each(suballoc.POLICIES)("errors: %s", (policy) => {
  test.each(REFUSALS)("$call ends in $class", (refusal) => {
    expect(problemsOf(suballoc, policy, refusal)).toEqual([]);
  });
});
