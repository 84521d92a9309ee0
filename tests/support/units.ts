// Operations in units of a granularity, put to an allocator that counts in the caller's unit: sizes are any that round up
// to the units meant, capacities any that round down to them, alignments any that come to them together with the
// granularity.

import type { Operation } from "./pair.ts";

export interface Units {
  readonly granularity: number;
  /** The same operation in the caller's unit. */
  operation(operation: Operation): Operation;
  /** What a field of an error, in the caller's unit, is in units. */
  detail(name: string, value: unknown): unknown;
}

/** Nothing to convert. */
export const ONE = { granularity: 1 };

const LARGEST = Number.MAX_SAFE_INTEGER;

/** A size in the caller's unit that rounds up to so many units; what is no size stays none. */
export function sizeOf(units: number, granularity: number, random: (bound: number) => number) {
  const size = units * granularity - (units > 0 ? random(granularity) : 0);
  return Math.min(size, LARGEST);
}

/** An alignment in the caller's unit that comes to `units` units. */
export function alignmentOf(
  units: number,
  granularity: number,
  random: (bound: number) => number,
): number {
  const whole = units * granularity;
  if (units < 1 || whole > LARGEST) return units;
  const divisor = 1 + random(granularity);
  const part = whole / divisor;
  return whole % divisor === 0 && leastCommonMultiple(part, granularity) === whole ? part : whole;
}

function leastCommonMultiple(a: number, b: number): number {
  let [divisor, rest] = [a, b];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}

/** Whether every number in it can be expressed in the caller's unit. */
export function fitsUnits(operation: Operation, granularity: number): boolean {
  return operation
    .flat()
    .every((part) => typeof part !== "number" || part * granularity <= LARGEST);
}

export function inUnitsOf(granularity: number, random: (bound: number) => number): Units {
  const size = (units: number) => sizeOf(units, granularity, random);
  const address = (units: number) => units * granularity;
  const alignment = (units?: number) =>
    units === undefined ? undefined : alignmentOf(units, granularity, random);
  return {
    granularity,
    operation(operation) {
      switch (operation[0]) {
        case "allocate":
        case "try":
        case "can":
          return [operation[0], size(operation[1]), alignment(operation[2])] as Operation;
        case "free":
        case "reserve":
          return [operation[0], address(operation[1]), size(operation[2])];
        case "resize":
          return [
            "resize",
            address(operation[1]),
            size(operation[2]),
            size(operation[3]),
            alignment(operation[4]),
          ] as Operation;
        case "extend":
          return ["extend", address(operation[1]), size(operation[2]), size(operation[3])];
        case "grow":
          return ["grow", address(operation[1])];
        case "shrink":
          return ["shrink", address(operation[1])];
        case "allocate many":
          return ["allocate many", operation[1].map(size)];
        case "free many":
          return ["free many", operation[1].map(address), operation[2].map(size)];
        default:
          return operation;
      }
    },
    detail(name, value) {
      if (name === "index") return value;
      if (name === "alignment")
        return leastCommonMultiple(value as number, granularity) / granularity;
      if (typeof value === "number") return Math.ceil(value / granularity);
      const { start, size } = value as { start: number; size: number };
      return { start: start / granularity, size: Math.ceil(size / granularity) };
    },
  };
}
