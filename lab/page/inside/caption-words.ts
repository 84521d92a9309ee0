// Words that captions share.

import type { HeapInspection, InspectedBin, InspectedStack } from "suballoc/heap";
import { count } from "../../src/draw/format.ts";

export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

export function bytes(size: number): string {
  return plural(size, "byte");
}

/** "the bin of 496 bytes", "the bin of 1,024 to 1,072 bytes" */
export function nameOfBin({ smallest, largest }: InspectedBin): string {
  return smallest === largest
    ? `the bin of ${bytes(smallest)}`
    : `the bin of ${count(smallest)} to ${bytes(largest)}`;
}

export function nameOfStack({ size }: Pick<InspectedStack, "size">): string {
  return `the stack of ${count(size)}-byte blocks`;
}

export function binOfBlock({ bins }: HeapInspection, start: number): InspectedBin | undefined {
  return bins.find(({ blocks }) => blocks.includes(start));
}

export function stackOfBlock(heap: HeapInspection, start: number): InspectedStack | undefined {
  return heap.stacks.find(({ pointers }) => pointers.some(({ value }) => value === start));
}

export function stackOfSize(heap: HeapInspection, size: number): InspectedStack | undefined {
  return heap.stacks.find((stack) => stack.size === size);
}

/** Bits as they are written: the higher one first. */
export function bits(value: number): string {
  return value.toString(2).padStart(2, "0");
}
