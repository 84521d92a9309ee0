// The worker of page-shared.mjs. Import maps do not reach workers.
import { SharedAllocator, SharedHeap } from "/node_modules/suballoc/build/shared.js";

addEventListener("message", async ({ data: handles }) => {
  const allocator = SharedAllocator.attach(handles.allocator);
  const heap = SharedHeap.attach(handles.heap);
  await allocator.announce();
  const address = allocator.allocate(100, { alignment: 8, tag: 42 });
  const pointer = heap.malloc(100);
  heap.u8[pointer] = 7;
  postMessage({ ids: [allocator.id, heap.id], address, pointer });
});
