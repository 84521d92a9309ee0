// First fit: the lowest address that fits. The linked list follows the same rule.

import type { Rule } from "./model.ts";

export const firstFit: Rule = (fitting) => fitting[0]!;
