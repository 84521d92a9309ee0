// Batches: many calls, all or none.

import { checkArray, rejectType } from "./check.js";
import { type Abi, Field, type Handle, Status } from "./core/abi.js";
import { unwrap } from "./core/core.js";

const MAX_ELEMENTS = 0x1000_0000;

/** The numbers of any kind of array, read once; strings and the like are refused. */
export function numbersOf(abi: Abi, name: string, array: ArrayLike<number>): Float64Array {
  checkArray(name, array);
  if (array.length > MAX_ELEMENTS) unwrap(abi, Status.NODE_STORAGE);
  const numbers = new Float64Array(array.length);
  for (let i = 0; i < numbers.length; i++) {
    const value = array[i] as number;
    if (typeof value !== "number") rejectType(`${name}[${i}]`, value);
    numbers[i] = value;
  }
  return numbers;
}

/**
 * Call `run` for 0 … count − 1. If it throws, undo what was done, the last first, and say in the error which element
 * was refused. Reserves the nodes for all of it first, so that nothing can go wrong on the way back.
 */
export function batch(
  method: string,
  abi: Abi,
  handle: Handle,
  count: number,
  run: (i: number) => void,
  undo: (i: number) => void,
): void {
  unwrap(abi, abi.ensure(handle, count));
  const rover = abi.get(handle, Field.ROVER);
  let i = 0;
  try {
    for (; i < count; i++) run(i);
  } catch (error) {
    const index = i;
    while (i-- > 0) undo(i);
    abi.setRover(handle, rover);
    if (error instanceof Error) {
      error.message = `${method}, element ${index}: ${error.message}`;
      Object.assign(error, { index });
    }
    throw error;
  }
}
