// The malloc family of a C program, forwarded to imports. Defined here, none of it is linked from libc, so that
// libc's own callers of malloc (strdup, open_memstream, …) use the imported heap too.

#include <errno.h>
#include <stddef.h>

#define IMPORT(name) __attribute__((import_module("heap"), import_name(name)))

IMPORT("malloc") void *heap_malloc(size_t size);
IMPORT("free") void heap_free(void *block);
IMPORT("calloc") void *heap_calloc(size_t count, size_t size);
IMPORT("realloc") void *heap_realloc(void *block, size_t size);
IMPORT("aligned_alloc") void *heap_aligned_alloc(size_t alignment, size_t size);
IMPORT("posix_memalign") int heap_posix_memalign(void **out, size_t alignment, size_t size);
IMPORT("malloc_usable_size") size_t heap_malloc_usable_size(void *block);

// POSIX: a call that returns NULL says why.
static void *or_error(void *block, int error) {
  if (!block) errno = error;
  return block;
}

void *malloc(size_t size) { return or_error(heap_malloc(size), ENOMEM); }
void free(void *block) { heap_free(block); }
void *calloc(size_t count, size_t size) { return or_error(heap_calloc(count, size), ENOMEM); }
void *realloc(void *block, size_t size) { return or_error(heap_realloc(block, size), ENOMEM); }
void *aligned_alloc(size_t alignment, size_t size) {
  int is_power = alignment && !(alignment & (alignment - 1));
  return or_error(heap_aligned_alloc(alignment, size), is_power ? ENOMEM : EINVAL);
}
int posix_memalign(void **out, size_t alignment, size_t size) {
  return heap_posix_memalign(out, alignment, size);
}
size_t malloc_usable_size(void *block) { return heap_malloc_usable_size(block); }
