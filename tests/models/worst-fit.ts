// Worst fit: the largest block, the lowest address among equals.

import type { Rule } from "./model.ts";

export const worstFit: Rule = (fitting) =>
  fitting.reduce((worst, block) => (block.size > worst.size ? block : worst));
