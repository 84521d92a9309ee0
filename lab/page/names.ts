// Policies as people call them.

import type { Policy } from "suballoc";

export const policyNames: Readonly<Record<Policy, string>> = {
  "first-fit": "First fit",
  "next-fit": "Next fit",
  "best-fit": "Best fit",
  "worst-fit": "Worst fit",
  "linked-list": "Linked list",
};
