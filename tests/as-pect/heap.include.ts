// Compiled into every spec: starts the AssemblyScript heap before any test runs. The heap takes, at its
// first allocation, all memory there is by then, so pages that the node storage claimed earlier would
// belong to both. (The released module has no such heap: nothing in assembly/ allocates.)

heap.free(heap.alloc(16));
