// suballoc/shared between two threads: one module, run as the main thread and as its worker.
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { SharedAllocator, SharedHeap } from "suballoc/shared";

if (isMainThread) {
  const allocator = SharedAllocator.create({ capacity: 1000, policy: "best-fit" });
  const heap = SharedHeap.create({ maximum: 64 });
  const worker = new Worker(new URL(import.meta.url));
  const message = () => new Promise((resolve) => worker.once("message", resolve));
  worker.postMessage({ allocator: allocator.handle, heap: heap.handle });
  const { ids, address, pointer } = await message();
  console.log(
    `allocated ${address}, owner ${allocator.ownerOf(address)}, tag ${allocator.tagOf(address)}`,
  );
  console.log(`the worker wrote ${heap.u8[pointer]}`);
  heap.free(pointer);
  const death = allocator.watch(worker, ids[0]);
  worker.terminate();
  console.log(`ended inside a call: ${(await death).held}`);
  console.log(`reclaimed ${allocator.reclaim(ids[0])}, ${heap.reclaim(ids[1]) >= 0}`);
  allocator.validate();
  heap.validate({ idle: true });
  console.log(`free ${allocator.getStats().freeMemory}`);
} else {
  parentPort.once("message", (handles) => {
    const allocator = SharedAllocator.attach(handles.allocator);
    const heap = SharedHeap.attach(handles.heap);
    const address = allocator.allocate(100, { alignment: 8, tag: 42 });
    const pointer = heap.malloc(100);
    heap.u8[pointer] = 7;
    parentPort.postMessage({ ids: [allocator.id, heap.id], address, pointer });
  });
}
