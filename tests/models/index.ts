// One rule per policy. A new policy is added to the tests by adding its rule here.

import type { Policy, TrackedPolicy } from "../../src/index.ts";
import { bestFit } from "./best-fit.ts";
import { BuddyFiling } from "./buddy.ts";
import type { Filing } from "./filing.ts";
import { firstFit } from "./first-fit.ts";
import { Model, type Rule } from "./model.ts";
import { nextFit } from "./next-fit.ts";
import { SegregatedFiling } from "./segregated-fit.ts";
import { worstFit } from "./worst-fit.ts";

const RULES: Readonly<Record<string, Rule>> = {
  "first-fit": firstFit,
  "next-fit": nextFit,
  "best-fit": bestFit,
  "worst-fit": worstFit,
  "linked-list": firstFit,
};

export function modelOf(policy: Policy, capacity: number): Model {
  const rule = RULES[policy];
  if (!rule) throw new Error(`no model for policy "${policy}": add its rule to tests/models`);
  return new Model(capacity, rule);
}

/** What the model of a policy that chooses by the order of its bins remembers; undefined for the other policies. */
export function filingOf(policy: TrackedPolicy): Filing | undefined {
  if (policy === "segregated-fit") return new SegregatedFiling();
  return policy === "buddy" ? new BuddyFiling() : undefined;
}

export { alignUp } from "./filing.ts";
export { type ErrorCode, endOf, type Model } from "./model.ts";
