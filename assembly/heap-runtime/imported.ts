// Runtime for asc, --runtime …/heap-runtime/imported: AssemblyScript's incremental collector, on a malloc family that
// the host gives as imports of the module "heap" (`heap.imports` of suballoc/heap). Several modules can so share one
// memory and one heap. The heap must begin after this module's static data (`__heap_base`).

import "rt/itcms";
import { blockOf, contentsOf, withHeader } from "./blocks";

@external("heap", "malloc")
declare function malloc(size: usize): usize;
@external("heap", "realloc")
declare function realloc(block: usize, size: usize): usize;
@external("heap", "free")
declare function free(block: usize): void;
@external("heap", "malloc_usable_size")
declare function malloc_usable_size(block: usize): usize;

// @ts-expect-error: decorator
@global
@unsafe
export function __alloc(size: usize): usize {
  const block = malloc(withHeader(size));
  return contentsOf(block, malloc_usable_size(block));
}

// Static data is never resized in place: it is copied to the heap.
// @ts-expect-error: decorator
@global
@unsafe
export function __realloc(contents: usize, size: usize): usize {
  if (contents < __heap_base) {
    const moved = __alloc(size);
    memory.copy(moved, contents, min(size, load<u32>(contents - 4) & ~3));
    return moved;
  }
  const block = realloc(blockOf(contents), withHeader(size));
  return contentsOf(block, malloc_usable_size(block));
}

// @ts-expect-error: decorator
@global
@unsafe
export function __free(contents: usize): void {
  if (contents >= __heap_base) free(blockOf(contents));
}
