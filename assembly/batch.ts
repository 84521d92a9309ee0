// Batches: many ranges in one call, all or none. Arrays of f64 pass through the scratch memory (storage.ts).
// When an element fails, the first 16 bytes of the first array become what its error needs, as it was before the
// elements in front were undone: largest free block and free memory, or the free block in the range to be freed.

import { allocateRange, copyFreeRanges, freeRange, largestRange, reserveForBatch, takeRange } from "./ranges";
import { Handle, capacityOf, freeMemoryOf, roverOf, setRover } from "./record";
import { BAD_ARGUMENT, NODE_STORAGE, NOT_ALLOCATED, OK, OUT_OF_BOUNDS } from "./status";
import { isAddress, isSize } from "./numbers";

let failed: u32 = 0;
const details: usize = memory.data(16, 8);

/** Which element the last batch failed at. */
export function failedElement(): u32 {
  return failed;
}

function element(array: usize, i: u32): f64 {
  return load<f64>(array + (i << 3));
}

/** Replace each of `count` sizes by the address of a range of that size. OK, or what `allocateRange` answers. */
export function allocateBatch(a: Handle, sizes: usize, addresses: usize, count: u32): f64 {
  failed = 0;
  if (!reserveForBatch(a, 0)) return NODE_STORAGE;
  const rover = roverOf(a);
  for (let i: u32 = 0; i < count; i++) {
    const size = element(sizes, i);
    const address = isSize(size) ? allocateRange(a, size, 1) : BAD_ARGUMENT;
    if (address < 0) {
      failed = i;
      store<f64>(details, largestRange(a));
      store<f64>(details, freeMemoryOf(a), 8);
      // Backwards, each into the very place that it was taken from.
      while (i-- > 0) freeRange(a, element(addresses, i), element(sizes, i));
      setRover(a, rover);
      memory.copy(sizes, details, 16);
      return address;
    }
    store<f64>(addresses + (i << 3), address);
  }
  return OK;
}

/** Free `count` ranges. OK, or what `freeRange` answers. */
export function freeBatch(a: Handle, addresses: usize, sizes: usize, count: u32): f64 {
  failed = 0;
  if (!reserveForBatch(a, count)) return NODE_STORAGE;
  for (let i: u32 = 0; i < count; i++) {
    const status = freeElement(a, element(addresses, i), element(sizes, i));
    if (status < 0) {
      failed = i;
      if (status == NOT_ALLOCATED) copyFreeRanges(a, element(addresses, i), details, 1);
      while (i-- > 0) takeRange(a, element(addresses, i), element(sizes, i));
      memory.copy(addresses, details, 16);
      return status;
    }
  }
  return OK;
}

function freeElement(a: Handle, address: f64, size: f64): f64 {
  if (!isAddress(address) || !isSize(size)) return BAD_ARGUMENT;
  if (size > capacityOf(a) - address) return OUT_OF_BOUNDS;
  return freeRange(a, address + 0, size); // not −0
}
