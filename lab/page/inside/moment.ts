// One moment of the heap, and what had just happened.

import type { HeapInspection, InspectedBlock } from "suballoc/heap";
import type { Action } from "./actions.ts";

/** What a call to malloc and its like made, and where it is now. */
export interface Allocation {
  /** Numbered in order, from 0. */
  readonly id: number;
  readonly pointer: number;
  /** Bytes asked for. */
  readonly size: number;
  readonly isLive: boolean;
}

/** A call, and what came of it. Numbers as the person gave them. */
export type Happening =
  | { readonly kind: "start" }
  | {
      readonly kind: "allocated";
      readonly action: Extract<Action, { kind: "malloc" | "calloc" | "aligned" }>;
      readonly pointer: number;
    }
  | { readonly kind: "freed"; readonly pointer: number; readonly hasChangedBytes: boolean }
  | {
      readonly kind: "reallocated";
      readonly from: number;
      readonly pointer: number;
      readonly size: number;
    }
  | {
      readonly kind: "refused";
      readonly call: string;
      readonly error: Error & { readonly code: unknown };
      readonly hasChangedBytes: boolean;
    }
  /** An allocation that failed has no pointer to free. */
  | { readonly kind: "nothing"; readonly id: number };

/** What happened, in words. */
export interface Caption {
  readonly sentence: string;
  /** What was written where. */
  readonly details: readonly string[];
}

export interface Moment {
  readonly action: Action | undefined;
  readonly happening: Happening;
  readonly caption: Caption;
  readonly heap: HeapInspection;
  readonly allocations: readonly (Allocation | undefined)[];
  /** The address that the step was about. */
  readonly focus: number;
  /** Addresses of the 32-bit numbers that the call itself changed; what the page then wrote into the block is not among them. */
  readonly changed: ReadonlySet<number>;
  /** The heap as save() gives it, and the pages of its memory. */
  readonly saved: Uint8Array<ArrayBuffer>;
  readonly pages: number;
}

/** Where the first block lies, or would. */
export function firstOf({ sections }: HeapInspection): number {
  return sections.find(({ name }) => name === "blocks" || name === "unused")!.start;
}

export function blockAt(heap: HeapInspection, address: number): InspectedBlock | undefined {
  return heap.blocks.find(({ start, size }) => address >= start && address < start + size);
}

/** The letter that the page fills an allocation with. */
export function letterOf(id: number): string {
  return String.fromCharCode(65 + (id % 26));
}

export function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
