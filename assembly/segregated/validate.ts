// The checker of segregated fit: the tiling, that touching free blocks were merged, and the bins.

import { BAD_ORDER, BAD_SECOND_ORDER, corruption } from "../kernel/corruption";
import { OK } from "../kernel/status";
import { areBinsSound } from "../tiling/bins";
import { Tiling } from "../tiling/record";
import { validateTiling } from "../tiling/validate";

/** OK, or the first corruption found. O(n). */
export function validateSegregated(tiling: Tiling): f64 {
  const status = validateTiling(tiling);
  if (status != OK) return status;
  let block = tiling.end.next;
  while (block != tiling.end) {
    if (block.free && block.next.free) return corruption(BAD_ORDER, block.start);
    block = block.next;
  }
  return areBinsSound(tiling) ? OK : corruption(BAD_SECOND_ORDER, 0);
}
