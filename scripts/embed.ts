// A wasm module as text, for build/embedded: the other side of src/core/embedded.ts.

const FIRST = 35;
const SINGLE = 87;
const SECOND = 90;

const character = (byte: number) => String.fromCharCode(byte === 57 ? 33 : byte + FIRST);

export function encode(wasm: Uint8Array): string {
  let text = "";
  for (const byte of wasm) {
    if (byte < SINGLE) {
      text += character(byte);
    } else {
      const rest = byte - SINGLE;
      text += character(SINGLE + Math.floor(rest / SECOND)) + character(rest % SECOND);
    }
  }
  return text;
}
