// The loops that measure a malloc from inside wasm. The malloc is imported, so that all contenders, and the floor, are
// called the same way; what the loops keep lies in the driver's own memory.

// @ts-ignore: decorator
@external("heap", "malloc")
declare function malloc(size: u32): u32;
// @ts-ignore: decorator
@external("heap", "free")
declare function free(pointer: u32): void;
// @ts-ignore: decorator
@external("heap", "realloc")
declare function realloc(pointer: u32, size: u32): u32;

/** Sizes are drawn from a table of so many u16. */
const SIZES: u32 = 4096;

/** xorshift32 (Marsaglia 2003). */
// @ts-ignore: decorator
@inline
function next(x: u32): u32 {
  x ^= x << 13;
  x ^= x >> 17;
  return x ^ (x << 5);
}

// @ts-ignore: decorator
@inline
function sizeAt(sizes: u32, i: u32): u32 {
  return load<u16>(sizes + ((i & (SIZES - 1)) << 1));
}

/** Allocates a block for each of `count` slots of the table. Returns the state of the generator. */
export function fill(table: u32, count: u32, sizes: u32, seed: u32): u32 {
  let x = seed;
  for (let i: u32 = 0; i < count; i++) {
    x = next(x);
    store<u32>(table + (i << 2), malloc(sizeAt(sizes, x)));
  }
  return x;
}

/** Frees the blocks of `count` slots, in their order. */
export function drain(table: u32, count: u32): void {
  for (let i: u32 = 0; i < count; i++) free(load<u32>(table + (i << 2)));
}

/** `pairs` times: frees the block of a random slot and allocates another. Returns the state of the generator. */
export function churn(table: u32, count: u32, sizes: u32, pairs: u32, seed: u32): u32 {
  let x = seed;
  for (let k: u32 = 0; k < pairs; k++) {
    x = next(x);
    const slot = table + (<u32>((<u64>x * count) >> 32) << 2);
    free(load<u32>(slot));
    store<u32>(slot, malloc(sizeAt(sizes, x >> 2)));
  }
  return x;
}

/** Replays operations of two u32 each: slot << 2 | kind (0 malloc, 1 free, 2 realloc), size. */
export function replay(table: u32, operations: u32, count: u32): void {
  for (let end = operations + (count << 3); operations < end; operations += 8) {
    const head = load<u32>(operations);
    const slot = table + (head & ~3);
    const kind = head & 3;
    if (kind == 0) store<u32>(slot, malloc(load<u32>(operations, 4)));
    else if (kind == 1) free(load<u32>(slot));
    else store<u32>(slot, realloc(load<u32>(slot), load<u32>(operations, 4)));
  }
}
