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

/** Byte that a character stands for by itself. */
const byteOf = (code: number) => (code === 33 ? 57 : code - FIRST);

/** The bytes of a module. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = byteOf(text.charCodeAt(i));
    bytes[length++] =
      byte < SINGLE ? byte : SINGLE + SECOND * (byte - SINGLE) + byteOf(text.charCodeAt(++i));
  }
  return bytes.slice(0, length);
}
