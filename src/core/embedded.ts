// Wasm modules as text: each byte is one printable character, or two. A sixth to a quarter shorter after compression
// than hexadecimal digits or base64, because the compressor still sees bytes.
//
//   byte 105 … 127, 0 … 66   the character at 0 … 22, 23 … 89 of the alphabet
//   others                   the character at 89 + k, for k = 1 … 3, and that of the byte less 67 · k, modulo 256
//
// The more common a byte is in the modules, the more common is its character in the code around them: a compressor has one
// set of codes for both.
//
// scripts/embed.ts writes what this reads.

/** All printable characters, without quotation mark and backslash. */
export const ALPHABET =
  "Mu;6*TAHf_4h92KvxP%$X#0e,oina:dc[&r+b|?=<jRwUzL>7]1`CN5s}(p8-@Im3'q/GJ~F^BZg!OYDQEVkSWy ){tl.";
/** Bytes after LAST, from LOW on, and below HIGH take two characters. */
export enum Byte {
  LAST = 66,
  LOW = 67,
  HIGH = 105,
}

/**
 * The bytes of a module. Runs once and cold: little is done for a byte, and nothing is called. The loop is written out
 * six times because V8 begins to optimize a short one, and on a busy machine waits for that longer than it runs.
 */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const values = new Uint8Array(128);
  let value: number = Byte.HIGH;
  for (const code of encoder.encode(ALPHABET)) values[code] = value++ & 127;
  const bytes = encoder.encode(text);
  let length = 0;
  let i = 0;
  while (i < bytes.length) {
    // LOW, LOW + 1 and LOW + 2 are no bytes of one character: the three before two.
    value = values[bytes[i++] as number] as number;
    if (value > Byte.LAST && value < Byte.HIGH)
      value = Byte.LOW * (value - Byte.LAST) + (values[bytes[i++] as number] as number);
    bytes[length++] = value;
    value = values[bytes[i++] as number] as number;
    if (value > Byte.LAST && value < Byte.HIGH)
      value = Byte.LOW * (value - Byte.LAST) + (values[bytes[i++] as number] as number);
    bytes[length++] = value;
    value = values[bytes[i++] as number] as number;
    if (value > Byte.LAST && value < Byte.HIGH)
      value = Byte.LOW * (value - Byte.LAST) + (values[bytes[i++] as number] as number);
    bytes[length++] = value;
    value = values[bytes[i++] as number] as number;
    if (value > Byte.LAST && value < Byte.HIGH)
      value = Byte.LOW * (value - Byte.LAST) + (values[bytes[i++] as number] as number);
    bytes[length++] = value;
    value = values[bytes[i++] as number] as number;
    if (value > Byte.LAST && value < Byte.HIGH)
      value = Byte.LOW * (value - Byte.LAST) + (values[bytes[i++] as number] as number);
    bytes[length++] = value;
    value = values[bytes[i++] as number] as number;
    if (value > Byte.LAST && value < Byte.HIGH)
      value = Byte.LOW * (value - Byte.LAST) + (values[bytes[i++] as number] as number);
    bytes[length++] = value;
  }
  return bytes.slice(0, length + bytes.length - i); // without what was read past the end
}
