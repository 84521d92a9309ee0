// What the consumers must tell.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const linesOf = (text: string) => text.trimEnd().split(/\r?\n/);

/** A story (consumer/story.ts, or another with what is expected of it), told to the letter. */
export function expectStory(told: string, expectation = "expected.txt"): void {
  const expected = linesOf(readFileSync(join(import.meta.dirname, expectation), "utf8"));
  const lines = linesOf(told);
  for (let i = 0; i < Math.max(lines.length, expected.length); i++)
    if (lines[i] !== expected[i])
      throw new Error(
        `line ${i + 1} is not as expected: ${lines[i]}\ninstead of: ${expected[i]}\n${told}`,
      );
}

/** The error of a core that could not be loaded: it names the way out. */
export function expectRefusal(told: string | undefined): void {
  if (!/^CoreLoadError ERR_CORE_LOAD: .*call `await init\(/.test(told ?? ""))
    throw new Error(`no CoreLoadError that names init, but: ${told}`);
}
