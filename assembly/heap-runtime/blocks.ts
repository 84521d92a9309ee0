// What AssemblyScript's collectors ask of an allocator: the size of a block's contents in the four bytes before it.
// A block of the heap has no header, so each gets one of 16 bytes (contents stay aligned to 16):
//
//   malloc's pointer p        p + 12            p + 16, what the runtime sees
//   |        unused           | size of contents | contents …
//
// The size is a multiple of 4: the collectors use its two lowest bits.

const HEADER: usize = 16;
const SIZE_AT: usize = 12;

/** The most that a block can hold: 1 GiB, as with AssemblyScript's own allocator. */
const MAX_SIZE: usize = (1 << 30) - HEADER;

/** Bytes to ask of malloc for contents of `size` bytes; traps beyond MAX_SIZE. */
// @ts-expect-error: decorator
@inline
export function withHeader(size: usize): usize {
  if (size > MAX_SIZE) unreachable();
  return size + HEADER;
}

/** The contents of a block that malloc or realloc returned, with its size noted; traps on NULL, as rt/tlsf does. */
// @ts-expect-error: decorator
@inline
export function contentsOf(block: usize, usableSize: usize): usize {
  if (!block) unreachable();
  store<u32>(block, <u32>(usableSize - HEADER) & ~3, SIZE_AT);
  return block + HEADER;
}

/** The block that holds these contents. */
// @ts-expect-error: decorator
@inline
export function blockOf(contents: usize): usize {
  return contents - HEADER;
}
