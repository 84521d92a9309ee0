// Policies: which free block an allocation is taken from. The position of a name in TRACKED_POLICIES is the number that
// stands for it in the cores and in snapshots.

/** Every policy of {@link MemoryAllocator}, by name. */
export const POLICIES = ["first-fit", "next-fit", "best-fit", "worst-fit", "linked-list"] as const;

/** Every policy of {@link TrackedAllocator}, by name. */
export const TRACKED_POLICIES = [
  "first-fit",
  "next-fit",
  "best-fit",
  "worst-fit",
  "linked-list",
  "segregated-fit",
  "buddy",
] as const;

/**
 * Which free block an allocation is taken from. All except `"linked-list"` take O(log n).
 *
 * - `"first-fit"`: the one of lowest address that fits.
 * - `"next-fit"`: the first in address order that fits and ends after the range allocated last; if there is none, the
 *   first that fits.
 * - `"best-fit"`: the smallest that fits; of equal ones, that of lowest address.
 * - `"worst-fit"`: the largest; of equal ones, that of lowest address.
 * - `"linked-list"`: first fit, found by walking a doubly linked list. O(n). What lists all blocks, as `clone`, `snapshot`
 *   and iterations do, walks from the start again for every 128 of them.
 */
export type Policy = (typeof POLICIES)[number];

/**
 * A {@link Policy}, or one that needs to know the live blocks, which only {@link TrackedAllocator} does:
 *
 * - `"segregated-fit"`: the block freed last in the first size class whose blocks all hold the request; 32 classes to a
 *   doubling. If there is none, the first in the request's own class that holds it, so that nothing is refused that some
 *   free block could hold. O(1), except that last search; asking for the largest free block looks at all of one class,
 *   and about an address where no block starts (`reserve`, `has`, a wrong `free`) walks from block to block. (M. Masmano
 *   and others, TLSF, 2004.)
 * - `"buddy"`: blocks of powers of two at multiples of themselves, halved and merged (K. C. Knowlton, 1965). A block takes
 *   the power of two that holds it: {@link TrackedStats.internalFragmentation} says what that costs. O(log capacity).
 */
export type TrackedPolicy = (typeof TRACKED_POLICIES)[number];

export const DEFAULT_POLICY: Policy = "first-fit";
