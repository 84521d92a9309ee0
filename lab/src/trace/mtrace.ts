// Reads the lines of glibc's mtrace(3).
//
//   = Start                              + 0x55dd23160b0 0x64     allocated
//   @ ./a:(main+0x1f)[0x12a0] + …        - 0x55dd23160b0          freed
//   < 0x55dd23160b0  then  > 0x55dd23160b0 0x28                   reallocated
//   ! 0x55dd23042a0 0x4000               a reallocation failed, the block stays
// A failed allocation is `+ (nil) size`. What stands after `@` is the call site.

import type { TraceBuilder } from "./trace.ts";

const address = String.raw`(0x[0-9a-fA-F]+|\(nil\))`;
const size = "(0x[0-9a-fA-F]+|0)";
const operation = new RegExp(`^(?:@ (.*)\\s)?(?:([-<]) ${address}|([+>!]) ${address} ${size})$`);

export function isMtraceLine(line: string): boolean {
  return line === "= Start" || operation.test(line);
}

export class MtraceReader {
  readonly #builder: TraceBuilder;
  #reallocating: { pointer: string | null; line: number; text: string } | undefined;

  constructor(builder: TraceBuilder) {
    this.#builder = builder;
  }

  read(line: string): void {
    const match = operation.exec(line);
    const kind = match?.[2] ?? match?.[4];
    if (kind !== ">") this.finish();
    if (match === null) {
      if (line !== "" && line !== "= Start" && line !== "= End") this.#builder.unreadable(line);
      return;
    }
    const pointer = pointerOf((match[3] ?? match[5])!);
    const bytes = Number(match[6] ?? 0);
    const details = { site: siteOf(match[1] ?? "") };
    if (pointer !== null && kind !== "!" && !Number.isSafeInteger(bytes)) {
      return this.#builder.unreadable(line);
    }
    if (kind === "+") {
      this.#builder.allocate(pointer, bytes, details);
    } else if (kind === "-") {
      this.#builder.free(pointer);
    } else if (kind === "<") {
      this.#reallocating = { pointer, line: this.#builder.line, text: line };
    } else if (kind === "!") {
      this.#builder.report.failedAllocations++;
    } else if (this.#reallocating === undefined) {
      this.#builder.unreadable(line);
    } else {
      this.#builder.reallocate(this.#reallocating.pointer, pointer, bytes, details);
      this.#reallocating = undefined;
    }
  }

  /** A `<` whose `>` never came: the trace was cut between the two. */
  finish(): void {
    if (this.#reallocating === undefined) return;
    const { line, text } = this.#reallocating;
    this.#reallocating = undefined;
    this.#builder.unreadable(text, line);
  }
}

/** `./a:(main+0x1f)[0x12a0]` without the address, which is different in each run, where the function is known. */
function siteOf(text: string): string {
  const known = text.replace(/\[0x[0-9a-fA-F]+\]$/, "");
  return known.endsWith(")") && /\(./.test(known.slice(0, -1)) ? known : text;
}

function pointerOf(text: string): string | null {
  return text === "(nil)" || /^0x0+$/.test(text) ? null : text;
}
