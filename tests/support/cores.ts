// The cores of the main entry, for tests of node storage.

import type { Core } from "../../src/core/core.ts";
import { list } from "../../src/core/list.ts";
import { narrow } from "../../src/core/narrow.ts";
import { tiling } from "../../src/core/tiling.ts";
import { wide } from "../../src/core/wide.ts";

export const CORES: readonly Core[] = [narrow, wide, list, tiling];

/** Bytes of node storage in all of them. */
export function storageBytes(): number {
  return CORES.reduce((sum, { abi }) => sum + abi.storageBytes(), 0);
}

/** Let no core's storage grow. */
export function freezeStorage(): void {
  for (const { abi } of CORES) abi.limitStorage(abi.storageBytes());
}

/** Let it grow again. */
export function thawStorage(): void {
  for (const { abi } of CORES) abi.limitStorage(2 ** 32);
}
