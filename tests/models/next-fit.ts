// Next fit: the search goes on where the last allocation ended, at the first block that reaches
// beyond that point, and comes round to the lowest address.

import { endOf, type Rule } from "./model.ts";

export const nextFit: Rule = (fitting, rover) =>
  fitting.find((block) => endOf(block) > rover) ?? fitting[0]!;
