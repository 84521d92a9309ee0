// Node storage under test: run it dry, and give everything back afterwards.

import {
  NodeClass,
  giveNode,
  limitStorage,
  storageBytes,
  takeNode,
  unusedNodes,
} from "../../../assembly/storage";

/** The limit that a fresh module starts with: none below 4 GiB. */
const NO_LIMIT: f64 = 4294967296;

const drainedClasses: NodeClass[] = [];
const drainedNodes: usize[] = [];

/** From now on no node of class `c` can be had: none is unused, and the storage may not grow. */
export function exhaust(c: NodeClass): void {
  limitStorage(storageBytes());
  while (unusedNodes(c)) {
    drainedClasses.push(c);
    drainedNodes.push(takeNode(c));
  }
}

/** Let `count` nodes of an exhausted class be had again. As many must have been unused. */
export function allow(c: NodeClass, count: u32): void {
  for (let i = drainedNodes.length - 1; i >= 0 && count; i--) {
    if (drainedClasses[i] != c) continue;
    giveNode(c, drainedNodes[i]);
    drainedClasses.splice(i, 1);
    drainedNodes.splice(i, 1);
    count--;
  }
  if (count) expect<u32>(count).toBe(0, "nodes wanting of class " + c.toString());
}

/** Undo every `exhaust`, and lift any limit. */
export function replenish(): void {
  while (drainedNodes.length) giveNode(drainedClasses.pop(), drainedNodes.pop());
  limitStorage(NO_LIMIT);
}
