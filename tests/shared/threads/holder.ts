// A worker that holds the lock until it is told to let go.

import { SharedAllocator, type SharedAllocatorHandle } from "../../../src/shared/index.js";

self.addEventListener(
  "message",
  ({ data }: MessageEvent<{ handle: SharedAllocatorHandle; letGo: Int32Array }>) => {
    const allocator = SharedAllocator.attach(data.handle);
    allocator.lock(() => {
      postMessage({ id: allocator.id });
      Atomics.wait(data.letGo, 0, 0);
    });
  },
);
