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
/** The code of "z". */
const ESCAPE = 122;

/** The bytes of a module. Runs once and cold: little is done for a byte, and nothing is called. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text.replaceAll("!", "\\"));
  const end = bytes.length;
  let length = 0;
  for (let i = 0; i < end; i++) {
    let code = bytes[i] as number;
    if (code >= ESCAPE) code = SINGLE + SECOND * (code - ESCAPE) + (bytes[++i] as number);
    bytes[length++] = code - FIRST;
  }
  return bytes.slice(0, length);
}
