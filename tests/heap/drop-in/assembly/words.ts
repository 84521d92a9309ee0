// An AssemblyScript program whose runtime allocates from an imported heap: the same job as words.c, on strings,
// arrays and a Map that the garbage collector looks after.

let counts: Map<string, i32> = new Map();

/** Counts the words of the text that UTF-16 units at `address` spell, letters a to z. */
export function countWords(address: usize, length: i32): void {
  let word = "";
  for (let i = 0; i <= length; i++) {
    const unit = i < length ? <i32>load<u16>(address + (<usize>i << 1)) : 0;
    if (unit >= 97 && unit <= 122) {
      word += String.fromCharCode(unit);
      continue;
    }
    if (word.length > 0) counts.set(word, (counts.has(word) ? counts.get(word) : 0) + 1);
    word = "";
  }
}

/** The words in order, one to a line with its count. */
export function report(): string {
  const lines = new Array<string>();
  const words = counts.keys().sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  for (let i = 0; i < words.length; i++) lines.push(words[i] + " " + counts.get(words[i]).toString() + "\n");
  return lines.join("");
}

/** An array of `length` numbers i × step, large enough to be a large block of the heap. */
export function ramp(length: i32, step: f64): Float64Array {
  const numbers = new Float64Array(length);
  for (let i = 0; i < length; i++) numbers[i] = <f64>i * step;
  return numbers;
}

/** Lets go of everything, so that a collection frees it. */
export function clear(): void {
  counts = new Map();
}
