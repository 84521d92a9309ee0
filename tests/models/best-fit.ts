// Best fit: the smallest block that fits, the lowest address among equals.

import type { Rule } from "./model.ts";

export const bestFit: Rule = (fitting) =>
  fitting.reduce((best, block) => (block.size < best.size ? block : best));
