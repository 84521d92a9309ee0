// Batches: whole arrays of numbers through the core's scratch memory, in one call.

import { type Handle, Status } from "./abi.js";
import { abi, answer } from "./base.js";
import { checkArray, rejectType } from "./check.js";
import { AllocatorRangeError } from "./errors.js";

/** As many as the scratch memory can hold twice over. */
const MAX_ELEMENTS = 2 ** 28 - 1;

/** The numbers of any kind of array, read once; strings and the like are refused. */
function numbersOf(name: string, array: ArrayLike<number>): Float64Array {
  if (array.length > MAX_ELEMENTS) answer(Status.NODE_STORAGE);
  const numbers = new Float64Array(array.length);
  for (let i = 0; i < numbers.length; i++) {
    const value = array[i] as number;
    if (typeof value !== "number") rejectType(`${name}[${i}]`, value);
    numbers[i] = value;
  }
  return numbers;
}

/**
 * Carry out `method` of the core on columns of equal length, which lie one behind the other in the scratch memory,
 * and answer what lies behind them. `refuse` says what a status below zero means for an element, with two numbers
 * about the allocator as the elements before it left it.
 */
export function batch(
  handle: () => Handle,
  method: "allocateMany" | "freeMany",
  arrays: [name: string, values: ArrayLike<number>][],
  refuse: (status: number, element: number[], details: [number, number]) => never,
): Float64Array {
  answer(abi.version(handle()));
  for (const [name, values] of arrays) checkArray(name, values);
  const columns = arrays.map(([name, values]) => numbersOf(name, values));
  const count = columns[0]?.length ?? 0;
  const [name, values] = arrays.at(-1) as [string, ArrayLike<number>];
  if (values.length !== count)
    throw new AllocatorRangeError(
      "ERR_LENGTHS_DIFFER",
      `${name} must have as many elements as ${arrays[0]?.[0]}, ${count}, but has ${values.length}`,
      name,
      values.length,
    );
  const start = answer(abi.scratch(16 * count));
  const lane = (i: number) => new Float64Array(abi.memory.buffer, start + 8 * count * i, count);
  for (const [i, column] of columns.entries()) lane(i).set(column);

  const status = abi[method](handle(), count);
  if (status >= 0) return lane(1).slice();
  const index = abi.failedElement();
  try {
    const [a = 0, b = 0] = new Float64Array(abi.memory.buffer, start, 2);
    return refuse(
      status,
      columns.map((column) => column[index] as number),
      [a, b],
    );
  } catch (error) {
    if (error instanceof Error) {
      error.message = `${method}, element ${index}: ${error.message}`;
      Object.assign(error, { index });
    }
    throw error;
  }
}
