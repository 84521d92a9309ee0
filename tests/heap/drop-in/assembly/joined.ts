// An AssemblyScript program that works on a heap which JavaScript made in the memory that both have.

export { attach, free_checked, malloc, posix_memalign, realloc, reset } from "suballoc/assembly/heap";
