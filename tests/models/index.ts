// One rule per policy. A new policy is added to the tests by adding its rule here.

import type { Policy } from "../../src/index.ts";
import { bestFit } from "./best-fit.ts";
import { firstFit } from "./first-fit.ts";
import { Model, type Rule } from "./model.ts";
import { nextFit } from "./next-fit.ts";
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

export { type ErrorCode, endOf, type Model } from "./model.ts";
