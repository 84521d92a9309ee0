// A wasm module as text, for build/embedded: the other side of src/core/embedded.ts.

import { ALPHABET, Byte } from "../src/core/embedded.ts";

const characters = new Map([...ALPHABET].map((character, i) => [(Byte.HIGH + i) & 127, character]));

function codeOf(byte: number): string {
  const single = byte < Byte.LOW || (byte >= Byte.HIGH && byte < 128);
  const group = single ? 0 : Math.floor(byte / Byte.LOW);
  const first = group ? characters.get(Byte.LOW + group - 1) : "";
  return `${first}${characters.get(byte - Byte.LOW * group)}`;
}

export const encode = (wasm: Uint8Array): string => Array.from(wasm, codeOf).join("");
