// What the process that is to be killed does to its file: step by step, each known from its number alone.

import { createHash } from "node:crypto";
import type { RecordFile } from "../../examples/record-file.ts";

type Step =
  | { kind: "set"; key: string; size: number; fill: number }
  | { kind: "delete"; key: string }
  | { kind: "compact" };

/** Few keys and few sizes, so that a place given up too early is soon written over. */
export function stepAt(seed: number, index: number): Step {
  const digest = createHash("sha256").update(`${seed} ${index}`).digest();
  const key = `record ${(digest[0] as number) % 4}`;
  const kind = (digest[1] as number) % 100;
  if (kind < 5) return { kind: "compact" };
  if (kind < 30) return { kind: "delete", key };
  return { kind: "set", key, size: 1 + (digest.readUInt16LE(2) % 5000), fill: digest[4] as number };
}

export function carryOut(file: RecordFile, step: Step): void {
  if (step.kind === "compact") file.compact();
  else if (step.kind === "delete") file.delete(step.key);
  else file.set(step.key, new Uint8Array(step.size).fill(step.fill));
}

/** Size and byte of every record after the first `count` steps. */
export function contentsAfter(seed: number, count: number): Record<string, string> {
  const contents: Record<string, string> = {};
  for (let index = 0; index < count; index++) {
    const step = stepAt(seed, index);
    if (step.kind === "delete") delete contents[step.key];
    if (step.kind === "set") contents[step.key] = `${step.size} times ${step.fill}`;
  }
  return contents;
}

/** The same of what is in a file. */
export function contentsOf(file: RecordFile): Record<string, string> {
  return Object.fromEntries(
    file.keys().map((key) => {
      const bytes = file.get(key) as Uint8Array;
      const isUniform = bytes.every((byte) => byte === bytes[0]);
      return [key, isUniform ? `${bytes.length} times ${bytes[0]}` : "mixed up"];
    }),
  );
}
