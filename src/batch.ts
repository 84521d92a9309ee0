// Batches: whole arrays of numbers through the core's scratch memory, in one call.

import type { Handle } from "./abi.js";
import { abi, answer } from "./base.js";
import { checkArray, rejectType } from "./check.js";
import { AllocatorRangeError } from "./errors.js";

/** Copy numbers of any kind of array into f64 lanes; strings and the like are refused. */
function copyNumbers(into: Float64Array, name: string, from: ArrayLike<number>): void {
  for (let i = 0; i < into.length; i++) {
    const value = from[i] as number;
    if (typeof value !== "number") rejectType(`${name}[${i}]`, value);
    into[i] = value;
  }
}

/**
 * Carry out `method` of the core on arrays of equal length, which lie one behind the other in the scratch
 * memory, and answer what lies behind them. `refuse` says what a status below zero means for one element.
 */
export function batch(
  handle: Handle,
  method: "allocateMany" | "freeMany",
  arrays: [name: string, values: ArrayLike<number>][],
  refuse: (status: number, element: number[], index: number) => never,
): Float64Array {
  answer(abi.version(handle));
  for (const [name, values] of arrays) checkArray(name, values);
  const count = arrays[0]?.[1].length ?? 0;
  for (const [name, values] of arrays)
    if (values.length !== count)
      throw new AllocatorRangeError(
        "ERR_LENGTHS_DIFFER",
        `${name} must have as many elements as ${arrays[0]?.[0]}, ${count}, but has ${values.length}`,
        name,
        values.length,
      );
  const start = answer(abi.scratch(16 * count));
  const lane = (i: number) => new Float64Array(abi.memory.buffer, start + 8 * count * i, count);
  arrays.forEach(([name, values], i) => copyNumbers(lane(i), name, values));

  const status = abi[method](handle, count);
  if (status >= 0) return lane(1).slice();
  const index = abi.failedElement();
  try {
    return refuse(
      status,
      arrays.map(([, values]) => values[index] as number),
      index,
    );
  } catch (error) {
    if (error instanceof Error) {
      error.message = `${method}, element ${index}: ${error.message}`;
      Object.assign(error, { index });
    }
    throw error;
  }
}
