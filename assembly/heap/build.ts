// What differs between the builds of the heap: asc's --use decides.

/** Checked build: tells every misuse of a pointer exactly (check.ts). `--use HEAP_CHECKED=1`. */
// @ts-expect-error: decorator
@inline
export const CHECKED: bool = isDefined(HEAP_CHECKED);

/** The host's function `env.grown` is called after each growth. `--use HEAP_NOTIFY=1`. */
// @ts-expect-error: decorator
@inline
export const NOTIFY: bool = isDefined(HEAP_NOTIFY);

/**
 * Several instances share one heap: stacks are per worker, and the bitmap lies before the blocks, long enough for ever, so
 * that it can be read without the lock. `--use HEAP_SHARED=1`.
 */
// @ts-expect-error: decorator
@inline
export const SHARED: bool = isDefined(HEAP_SHARED);
