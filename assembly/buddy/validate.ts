// The checker of the buddy system: the tiling, the shape of each block, that free buddies were merged, and the bins.

import { BAD_ORDER, BAD_SECOND_ORDER, BAD_SIZE, BAD_SUM, corruption } from "../kernel/corruption";
import { isSize } from "../kernel/numbers";
import { OK } from "../kernel/status";
import { areBinsSound } from "../tiling/bins";
import { Tiling } from "../tiling/record";
import { validateTiling } from "../tiling/validate";
import { isMultiple, orderFor, orderOf, sizeOf } from "./orders";

/** OK, or the first corruption found. O(n). */
export function validateBuddy(tiling: Tiling): f64 {
  const status = validateTiling(tiling);
  if (status != OK) return status;
  let requested: f64 = 0;
  let block = tiling.end.next;
  while (block != tiling.end) {
    const start = block.start;
    const size = block.size;
    if (size != sizeOf(orderOf(size)) || !isMultiple(start, size))
      return corruption(BAD_SIZE, start);
    if (block.free) {
      const next = block.next;
      if (next.free && next.size == size && isMultiple(start, 2 * size))
        return corruption(BAD_ORDER, start);
    } else {
      const asked = block.requested;
      if (!isSize(asked) || sizeOf(orderFor(asked)) != size) return corruption(BAD_SIZE, start);
      requested += asked;
    }
    block = block.next;
  }
  if (requested != tiling.requested) return corruption(BAD_SUM, requested);
  return areBinsSound(tiling) ? OK : corruption(BAD_SECOND_ORDER, 0);
}
