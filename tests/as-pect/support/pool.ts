// The node pool under test: exhaust it, and give everything back afterwards.

import {
  limitStorage,
  NodeClass,
  releaseNode,
  storageBytes,
  takeNode,
  unusedNodes,
} from "../../../assembly/kernel/pool";

/** The limit that a new module starts with. */
const NO_LIMIT: f64 = 4294967296;

const drainedClasses: NodeClass[] = [];
const drainedNodes: usize[] = [];

/** From now on only `count` nodes of class `c` are to be had, and the storage may not grow. */
export function leave(c: NodeClass, count: u32): void {
  limitStorage(storageBytes());
  while (unusedNodes(c) > count) {
    drainedClasses.push(c);
    drainedNodes.push(takeNode(c));
  }
}

/** From now on no node of class `c` is to be had. */
export function exhaust(c: NodeClass): void {
  leave(c, 0);
}

/** Let `count` of the nodes taken away be had again. */
export function allow(count: u32): void {
  for (; count; count--) releaseNode(drainedClasses.pop(), drainedNodes.pop());
}

/** Undo every `leave`, and lift any limit. */
export function replenish(): void {
  while (drainedNodes.length) releaseNode(drainedClasses.pop(), drainedNodes.pop());
  limitStorage(NO_LIMIT);
}
