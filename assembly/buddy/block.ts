// The block of the buddy system: 32 bytes, whether live or free.
//
//            0            8             12     16      20      24             28      32
//   live     | start  f64 | prev        | next | label | chain | requested  f64        |
//   free     | start  f64 | prev | 1    | next |       | chain | before       | after  |

import { NodeClass, nodeClass } from "../kernel/pool";
import { Block } from "../tiling/block";

@unmanaged
export class BuddyBlock extends Block {
  /** The size that a live block was asked for. */
  requested: f64;

  get before(): BuddyBlock {
    return load<BuddyBlock>(changetype<usize>(this), offsetof<BuddyBlock>("requested"));
  }
  set before(block: BuddyBlock) {
    store<BuddyBlock>(changetype<usize>(this), block, offsetof<BuddyBlock>("requested"));
  }

  get after(): BuddyBlock {
    return load<BuddyBlock>(changetype<usize>(this), offsetof<BuddyBlock>("requested") + 4);
  }
  set after(block: BuddyBlock) {
    store<BuddyBlock>(changetype<usize>(this), block, offsetof<BuddyBlock>("requested") + 4);
  }
}

export const BLOCK_NODE: NodeClass = nodeClass(<u32>offsetof<BuddyBlock>());
