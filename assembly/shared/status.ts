// Status codes that only shared builds return; the others are in kernel/status.ts.

/** Another attachment holds the lock; nothing was done. */
export const LOCKED: f64 = -20;
