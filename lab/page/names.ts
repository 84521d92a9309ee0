// Policies as people call them.

import type { TrackedPolicy } from "suballoc";

export const policyNames: Readonly<Record<TrackedPolicy, string>> = {
  "first-fit": "First fit",
  "next-fit": "Next fit",
  "best-fit": "Best fit",
  "worst-fit": "Worst fit",
  "linked-list": "Linked list",
  "segregated-fit": "Segregated fit",
  buddy: "Buddy",
};
