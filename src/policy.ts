// Policies: which free block an allocation is taken from. The position of a name in POLICIES is the
// number that stands for it in the core (assembly/record.ts).

/** Every policy, by name. */
export const POLICIES = ["linked-list"] as const;

/**
 * Which free block an allocation is taken from.
 *
 * - `"linked-list"`: first fit (the lowest address that fits), found by walking a doubly linked list. O(n).
 */
export type Policy = (typeof POLICIES)[number];

export const DEFAULT_POLICY: Policy = "linked-list";
