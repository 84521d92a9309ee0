// A program for several workers at once: linked lists in blocks of the imported heap, handed from one worker to another
// through a mailbox, an array of words in the shared memory. It has no state of its own.
//
//   node   0       4       8       12
//          | next  | size  | mark  | `size` bytes, each of them `mark` |

@external("heap", "malloc")
declare function malloc(size: usize): usize;
@external("heap", "calloc")
declare function calloc(count: usize, size: usize): usize;
@external("heap", "realloc")
declare function realloc(block: usize, size: usize): usize;
@external("heap", "aligned_alloc")
declare function aligned_alloc(alignment: usize, size: usize): usize;
@external("heap", "free")
declare function free(block: usize): void;

@unmanaged
class Node {
  next: usize;
  size: u32;
  mark: u32;
}
const HEADER: usize = offsetof<Node>();

let state: u32 = 1;
function random(bound: u32): u32 {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return <u32>((<u64>state * bound) >> 32);
}

function fill(node: Node, from: u32): void {
  const bytes = changetype<usize>(node) + HEADER;
  for (let i = from; i < node.size; i++) store<u8>(bytes + i, <u8>node.mark);
}

function isWhole(node: Node): bool {
  const bytes = changetype<usize>(node) + HEADER;
  for (let i: u32 = 0; i < node.size; i++) if (load<u8>(bytes + i) != <u8>node.mark) return false;
  return true;
}

/** A node with `size` bytes before `next`; every fourth of a block that has been resized. */
function makeNode(next: usize, size: u32): usize {
  const kind = random(4);
  const all = HEADER + size;
  const block = kind == 0 ? aligned_alloc(64, all) : kind == 1 ? calloc(all, 1) : malloc(all);
  if (!block) unreachable();
  const node = changetype<Node>(block);
  node.next = next;
  node.size = size;
  node.mark = 1 + random(255);
  fill(node, 0);
  if (kind != 3) return block;
  const moved = realloc(block, 2 * all);
  if (!moved) unreachable();
  const longer = changetype<Node>(moved);
  if (!isWhole(longer)) return 0;
  longer.size = size + <u32>all;
  fill(longer, size);
  return moved;
}

/** Frees a list; how many of its nodes have bytes that nobody should have written. */
export function freeList(head: usize): u32 {
  let wrong: u32 = 0;
  while (head) {
    const node = changetype<Node>(head);
    if (!isWhole(node)) wrong++;
    const next = node.next;
    free(head);
    head = next;
  }
  return wrong;
}

/** Makes `rounds` lists, and puts each into the mailbox for the one that is there, which it frees; as freeList. */
export function work(mailbox: usize, slots: u32, rounds: u32, seed: u32): u32 {
  state = seed;
  let wrong: u32 = 0;
  for (let round: u32 = 0; round < rounds; round++) {
    let head: usize = 0;
    for (let left = 1 + random(12); left > 0; left--) {
      head = makeNode(head, 1 + random(random(4) ? 450 : 6000));
      if (!head) return wrong + 1;
    }
    wrong += freeList(atomic.xchg<usize>(mailbox + 4 * random(slots), head));
  }
  return wrong;
}
