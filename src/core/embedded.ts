// Wasm modules as text: each byte is one printable character, or two. A sixth to a quarter shorter after compression
// than hexadecimal digits or base64, because the compressor still sees bytes.
//
//   byte 0 … 86     the character of code byte + 35; "!" for 92, the backslash
//   byte 87 … 255   "z" + k and one more character: 87 + 90 · k + (its byte, 0 … 89), for k = 0 and 1
//
// scripts/embed.ts writes what this reads.

const FIRST = 35;
const SINGLE = 87;
const SECOND = 90;

/** The bytes of a module. Runs once and cold: without calls in the loop. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  let length = 0;
  let base = 0;
  for (let i = 0; i < bytes.length; i++) {
    let byte = (bytes[i] as number) - FIRST;
    if (byte < 0) byte = 57;
    if (base > 0) {
      bytes[length++] = base + byte;
      base = 0;
    } else if (byte < SINGLE) bytes[length++] = byte;
    else base = SINGLE + SECOND * (byte - SINGLE);
  }
  return bytes.slice(0, length);
}
