// A contender after S. Aaltonen's OffsetAllocator (2023), written for this bench: free blocks in 256 bins by a size of
// eight bits (five of exponent, three of mantissa), two levels of bitmaps, nodes linked to their neighbours. Blocks are
// known by handles (the numbers of their nodes), and a block too small for a whole bin is never looked at: a request
// may be refused although a free block could hold it. 32-bit sizes.
//
//   node   0       4      8       12       16           20
//          | start | size | after | before | next above | next below | used |  28 bytes
//   state  | occupied u32 | words of 32 bits [32] | heads [256] |      nodes: from the second page on, from number 1
//
// Unlike the original, which takes the number of nodes at the start, nodes are added as they are needed, and unused ones
// are kept in a list through `after`.

const STATE_BYTES: i32 = 4 + 32 * 4 + 256 * 4;
const OCCUPIED: usize = memory.data(STATE_BYTES, 4);
const WORDS: usize = OCCUPIED + 4;
const HEADS: usize = WORDS + 32 * 4;
const NODES: usize = 65536;
const NODE: usize = 28;

/** What `allocate` returns when it finds no block. */
const NONE: u32 = 0;

let unused: u32 = 0;
let made: u32 = 0;

@unmanaged
class Node {
  start: u32;
  size: u32;
  after: u32;
  before: u32;
  above: u32;
  below: u32;
  used: u32;
}

@inline
function nodeOf(index: u32): Node {
  return changetype<Node>(NODES + <usize>index * NODE);
}

@inline
function headAt(bin: u32): usize {
  return HEADS + (<usize>bin << 2);
}
@inline
function wordAt(top: u32): usize {
  return WORDS + (<usize>top << 2);
}

/** The bin of the free blocks whose sizes are at least its own size, and below that of the next bin. */
@inline
function binBelow(size: u32): u32 {
  if (size < 8) return size;
  const shift = 28 - clz<u32>(size);
  return ((shift + 1) << 3) | ((size >>> shift) & 7);
}

/** The first bin whose blocks are all at least `size`. */
@inline
function binAbove(size: u32): u32 {
  if (size < 8) return size;
  const shift = 28 - clz<u32>(size);
  const bin = ((shift + 1) << 3) + ((size >>> shift) & 7);
  return size & ((1 << shift) - 1) ? bin + 1 : bin;
}

function makeNode(): u32 {
  if (unused) {
    const index = unused;
    unused = nodeOf(index).after;
    return index;
  }
  made++;
  const pages = <i32>((NODES + <usize>(made + 1) * NODE + 65535) >>> 16);
  if (pages > memory.size()) memory.grow(max(pages - memory.size(), memory.size() >>> 1));
  return made;
}

@inline
function dropNode(index: u32): void {
  nodeOf(index).after = unused;
  unused = index;
}

@inline
function insert(index: u32): void {
  const node = nodeOf(index);
  const bin = binBelow(node.size);
  const head = load<u32>(headAt(bin));
  node.used = 0;
  node.before = 0;
  node.after = head;
  if (head) {
    nodeOf(head).before = index;
  } else {
    const top = bin >>> 3;
    store<u32>(wordAt(top), load<u32>(wordAt(top)) | (1 << (bin & 7)));
    store<u32>(OCCUPIED, load<u32>(OCCUPIED) | (1 << top));
  }
  store<u32>(headAt(bin), index);
}

@inline
function remove(index: u32): void {
  const node = nodeOf(index);
  const after = node.after;
  const before = node.before;
  if (after) nodeOf(after).before = before;
  if (before) {
    nodeOf(before).after = after;
    return;
  }
  const bin = binBelow(node.size);
  store<u32>(headAt(bin), after);
  if (!after) emptied(bin);
}

@inline
function emptied(bin: u32): void {
  const top = bin >>> 3;
  const word = load<u32>(wordAt(top)) & ~(1 << (bin & 7));
  store<u32>(wordAt(top), word);
  if (!word) store<u32>(OCCUPIED, load<u32>(OCCUPIED) & ~(1 << top));
}

export function create(capacity: u32): void {
  unused = 0;
  made = 0;
  memory.fill(OCCUPIED, 0, STATE_BYTES);
  const index = makeNode();
  const node = nodeOf(index);
  node.start = 0;
  node.size = capacity;
  node.above = 0;
  node.below = 0;
  insert(index);
}

/** The handle of a block, or 0. */
export function allocate(size: u32): u32 {
  const least = binAbove(size);
  let top = least >>> 3;
  if (top > 31) return NONE;
  let bins = load<u32>(wordAt(top)) & (-1 << (least & 7));
  if (!bins) {
    const tops = load<u32>(OCCUPIED) & (-2 << top);
    if (top == 31 || !tops) return NONE;
    top = ctz<u32>(tops);
    bins = load<u32>(wordAt(top));
  }
  const bin = (top << 3) | ctz<u32>(bins);
  const index = load<u32>(headAt(bin));
  const node = nodeOf(index);
  const after = node.after;
  store<u32>(headAt(bin), after);
  if (after) nodeOf(after).before = 0;
  else emptied(bin);
  const rest = node.size - size;
  node.size = size;
  node.used = 1;
  if (rest) {
    const other = makeNode();
    const remainder = nodeOf(other);
    const above = node.above;
    remainder.start = node.start + size;
    remainder.size = rest;
    remainder.below = index;
    remainder.above = above;
    if (above) nodeOf(above).below = other;
    node.above = other;
    insert(other);
  }
  return index;
}

export function free(index: u32): void {
  const node = nodeOf(index);
  const below = node.below;
  if (below && !nodeOf(below).used) {
    const neighbour = nodeOf(below);
    node.start = neighbour.start;
    node.size += neighbour.size;
    node.below = neighbour.below;
    remove(below);
    dropNode(below);
    if (node.below) nodeOf(node.below).above = index;
  }
  const above = node.above;
  if (above && !nodeOf(above).used) {
    const neighbour = nodeOf(above);
    node.size += neighbour.size;
    node.above = neighbour.above;
    remove(above);
    dropNode(above);
    if (node.above) nodeOf(node.above).below = index;
  }
  insert(index);
}

export function addressOf(index: u32): u32 {
  return nodeOf(index).start;
}

export function metadataBytes(): u32 {
  return <u32>STATE_BYTES + made * <u32>NODE;
}
