// A page that shares an allocator and a heap with a worker, which then ends: the story of shared.mjs, told in a browser.
import { SharedAllocator, SharedHeap } from "suballoc/shared";

const allocator = SharedAllocator.create({ capacity: 1000, policy: "best-fit" });
const heap = SharedHeap.create({ maximum: 64 });
const worker = new Worker("/worker-shared.mjs", { type: "module" });
const message = new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => reject(`in the worker: ${event.message}`);
});
worker.postMessage({ allocator: allocator.handle, heap: heap.handle });
const { ids, address, pointer } = await message;
const lines = [
  `allocated ${address}, owner ${allocator.ownerOf(address)}, tag ${allocator.tagOf(address)}`,
  `the worker wrote ${heap.u8[pointer]}`,
];
heap.free(pointer);
const death = allocator.watch(ids[0]);
worker.terminate();
lines.push(`ended inside a call: ${(await death).held}`);
lines.push(`reclaimed ${allocator.reclaim(ids[0])}, ${heap.reclaim(ids[1]) >= 0}`);
allocator.validate();
heap.validate({ idle: true });
lines.push(`free ${allocator.getStats().freeMemory}`);
report(lines.join("\n"));
