// Policies: which free block an allocation is taken from. The position of a name in POLICIES is the
// number that stands for it in the core (assembly/record.ts).

/** Every policy, by name. */
export const POLICIES = ["first-fit", "next-fit", "best-fit", "worst-fit", "linked-list"] as const;

/**
 * Which free block an allocation is taken from. All but `"linked-list"` take O(log n).
 *
 * - `"first-fit"`: the one of lowest address that fits.
 * - `"next-fit"`: the first that fits and ends behind the range allocated last, in address order; if there is
 *   none, the first that fits.
 * - `"best-fit"`: the smallest that fits; of several as small, the one of lowest address.
 * - `"worst-fit"`: the largest; of several as large, the one of lowest address.
 * - `"linked-list"`: first fit, found by walking a doubly linked list. O(n).
 */
export type Policy = (typeof POLICIES)[number];

export const DEFAULT_POLICY: Policy = "first-fit";
