// A worker that holds the lock for some time.

import { SharedAllocator, type SharedAllocatorHandle } from "../../../src/shared/index.js";

self.addEventListener(
  "message",
  ({ data }: MessageEvent<{ handle: SharedAllocatorHandle; milliseconds: number }>) => {
    const allocator = SharedAllocator.attach(data.handle);
    allocator.lock(() => {
      postMessage({ id: allocator.id });
      const end = performance.now() + data.milliseconds;
      while (performance.now() < end);
    });
  },
);
