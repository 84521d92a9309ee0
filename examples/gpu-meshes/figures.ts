// The numbers beside the map.

import type { Scene } from "./scene.ts";

const kib = (bytes: number) =>
  bytes < 1 << 20 ? `${(bytes / 1024).toFixed(0)} KiB` : `${(bytes / 2 ** 20).toFixed(2)} MiB`;

const put = (id: string, text: string) => {
  const place = document.getElementById(id);
  if (place && place.textContent !== text) place.textContent = text;
};

export function showFigures(
  { meshes, pool }: Scene,
  movedBytes: number,
  milliseconds: number,
): void {
  const { capacity, freeMemory, freeBlockCount, largestFreeBlock, externalFragmentation } =
    pool.getStats();
  put("meshes", meshes.length.toLocaleString("en"));
  put("size", kib(capacity));
  put("used", kib(capacity - freeMemory));
  put("free-blocks", freeBlockCount.toLocaleString("en"));
  put("largest", kib(largestFreeBlock));
  put("fragmentation", `${(100 * externalFragmentation).toFixed(1)} %`);
  put("moved", kib(movedBytes));
  put("time", `${milliseconds.toFixed(1)} ms`);
}
