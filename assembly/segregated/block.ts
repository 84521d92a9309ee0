// The block of segregated fit: 24 bytes, whether live or free.
//
//            0            8             12     16       20      24
//   live     | start  f64 | prev        | next | label  | chain |
//   free     | start  f64 | prev | 1    | next | before | after |

import { NodeClass, nodeClass } from "../kernel/pool";
import { Block } from "../tiling/block";

@unmanaged
export class SegregatedBlock extends Block {
  /** A live block is as long as it was asked to be. */
  get requested(): f64 {
    return this.size;
  }

  get before(): SegregatedBlock {
    return load<SegregatedBlock>(changetype<usize>(this), offsetof<Block>("label"));
  }
  set before(block: SegregatedBlock) {
    store<SegregatedBlock>(changetype<usize>(this), block, offsetof<Block>("label"));
  }

  get after(): SegregatedBlock {
    return load<SegregatedBlock>(changetype<usize>(this), offsetof<Block>("chain"));
  }
  set after(block: SegregatedBlock) {
    store<SegregatedBlock>(changetype<usize>(this), block, offsetof<Block>("chain"));
  }
}

export const BLOCK_NODE: NodeClass = nodeClass(<u32>offsetof<SegregatedBlock>());
