// Options of a tracked block: its alignment and its label.

import { checkNumber, checkOptions, checkString, rejectType } from "./check.js";

/** What can be said of a block beyond its size. */
export interface BlockOptions {
  /** 1 … 2^53 − 1: the address will be a multiple of it, and stay one when the block is moved. */
  alignment?: number;
  /** Any text, for reports. Blocks of equal label and alignment share one copy. */
  label?: string;
}

/** Options as far as they are given. */
export interface GivenOptions {
  readonly alignment: number | undefined;
  readonly label: string | undefined;
}

/** What `1` stands for, and nothing given. */
export const NO_ALIGNMENT: GivenOptions = { alignment: 1, label: undefined };

/** Alignment and label as far as they are given, each read once. The alignment is yet to be checked by value. */
export function readBlockOptions(given: number | BlockOptions): GivenOptions {
  if (given === 1) return NO_ALIGNMENT;
  if (typeof given === "number") return { alignment: given, label: undefined };
  if (typeof given !== "object" || given === null) return rejectType("alignment", given);
  checkOptions("options", given, ["alignment", "label"]);
  const { alignment, label } = given;
  if (alignment !== undefined) checkNumber("alignment", alignment);
  if (label !== undefined) checkString("label", label);
  return { alignment, label };
}
