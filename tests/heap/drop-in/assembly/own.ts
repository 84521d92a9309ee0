// An AssemblyScript program that compiles the heap into itself, from the package's source.

import { aligned_alloc, calloc, free, init, malloc, malloc_usable_size, realloc } from "suballoc/assembly/heap";

/** 0, or the number of the first thing that is not as it should be. */
export function run(base: u32, pages: u32): i32 {
  if (init(base, pages) != 0) return 1;
  const p = malloc(100);
  if (!p || p & 15 || malloc_usable_size(p) != 112) return 2;
  memory.fill(p, 7, 100);
  const q = realloc(p, 100000);
  if (!q || load<u8>(q) != 7 || load<u8>(q + 99) != 7) return 3;
  const zeros = calloc(10, 10);
  for (let i = 0; i < 100; i++) if (load<u8>(zeros + i)) return 4;
  const aligned = aligned_alloc(4096, 10);
  if (!aligned || aligned & 4095) return 5;
  free(q);
  free(zeros);
  free(aligned);
  return malloc(100) ? 0 : 6;
}
