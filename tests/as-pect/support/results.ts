// Numbers at the result address of a core, by which lists of blocks are passed.

/** So many of them, in words. */
export function numbersAt(address: usize, count: i32): string {
  const numbers: string[] = [];
  for (let i = 0; i < count; i++) numbers.push((<i64>load<f64>(address + (i << 3))).toString());
  return numbers.join(" ");
}

export function putNumbers(address: usize, numbers: f64[]): void {
  for (let i = 0; i < numbers.length; i++) store<f64>(address + (i << 3), numbers[i]);
}
