// What happened, in words.

import type { Block, Policy } from "suballoc";
import { count } from "../../src/draw/format.ts";
import { policyNames } from "../names.ts";
import type { Frame, Happening } from "./frame.ts";

export function captionOf({ happening, stats }: Frame, policy: Policy): string {
  switch (happening.kind) {
    case "start":
      return `A block of ${count(stats.capacity)}, all of it free.`;
    case "allocated":
      return `${allocated(happening, policy)}`;
    case "refused":
      return refused(happening, stats.freeMemory, stats.largestFreeBlock);
    case "freed":
      return `Freed ${range(happening.block)}: ${merged(happening)}.`;
    case "nothing-to-free":
      return `Nothing to free: under ${name(policy)}, allocation ${happening.id + 1} did not fit.`;
    case "moved":
      return `Moved ${count(happening.block.size)} from ${count(happening.from)} down to ${count(happening.block.start)}${
        happening.overlaps ? ", onto a part of itself" : ""
      }.`;
    case "nothing-to-move":
      return "Nothing to move: the live blocks already lie together.";
  }
}

export function range({ start, size }: Block): string {
  return `[${count(start)}, ${count(start + size)})`;
}

function name(policy: Policy): string {
  return policyNames[policy].toLowerCase();
}

const searches: Readonly<Record<Policy, string>> = {
  "first-fit": "the first that fits",
  "linked-list": "the first that fits, walking the list",
  "next-fit": "the first that fits after the last allocation",
  "best-fit": "the smallest that fits",
  "worst-fit": "the largest",
};

function allocated(
  { block, chosen, looked, alignment }: Extract<Happening, { kind: "allocated" }>,
  policy: Policy,
): string {
  const padding = block.start - chosen.start;
  const rest = chosen.start + chosen.size - block.start - block.size;
  const left = [
    ...(padding > 0 ? [`${count(padding)} before it stay free`] : []),
    ...(rest > 0 ? [`${count(rest)} after it stay free`] : []),
  ];
  const aligned = alignment > 1 ? `, aligned to ${count(alignment)},` : "";
  const outcome = left.length === 0 ? "an exact fit" : `split: ${left.join(", ")}`;
  const among = looked.length === 1 ? "the one free block" : `${count(looked.length)} free blocks`;
  return `${policyNames[policy]} looked at ${among} and took ${searches[policy]}, ${range(chosen)}. ${count(block.size)}${aligned} at ${count(block.start)}: ${outcome}.`;
}

function refused(
  { size, alignment }: Extract<Happening, { kind: "refused" }>,
  free: number,
  largest: number,
): string {
  const aligned = alignment > 1 ? ` aligned to ${count(alignment)}` : "";
  if (free < size) return `${count(size)}${aligned} do not fit: only ${count(free)} are free.`;
  if (largest < size) {
    return `${count(size)}${aligned} do not fit, though ${count(free)} are free: the largest free block is ${count(largest)}. That is external fragmentation.`;
  }
  return `${count(size)}${aligned} do not fit: no free block is long enough after its first aligned address.`;
}

function merged({ block, left, right }: Extract<Happening, { kind: "freed" }>): string {
  const size = block.size + (left?.size ?? 0) + (right?.size ?? 0);
  if (left !== undefined && right !== undefined) {
    return `merged with both neighbours, three free blocks become one of ${count(size)}`;
  }
  if (left !== undefined) return `merged with the free block on its left, now ${count(size)}`;
  if (right !== undefined) return `merged with the free block on its right, now ${count(size)}`;
  return `no free neighbour, a new free block of ${count(size)}`;
}
