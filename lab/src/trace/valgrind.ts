// Reads the lines of `valgrind --trace-malloc=yes`.
//
// A line is a prefix, `--PID-- `, and one or more calls, the last with its result:
//   malloc(272) = 0x4C0A090        realloc(0x0,8)malloc(8) = 0x4C0B750
//   free(0x4C0A090)                realloc(0x4D6DD30,0)free(0x4D6DD30)
// A call followed by another on its line printed no result of its own: realloc handing over to malloc
// or free, or a calloc whose product overflows. The result of `realloc(p,0)free(p)` comes on a line
// of its own (`= 0`), as does a second copy of reallocarray's.

import type { TraceBuilder } from "./trace.ts";

const clock = String.raw`(?:\d+:\d+:\d+:\d+\.\d+ +)?`; // --time-stamp=yes
const logLine = new RegExp(String.raw`^(==|\*\*)${clock}\d+\1`);
const tracePrefix = new RegExp(`^--${clock}(\\d+)-- ?`);
const callPattern = /([A-Za-z_]\w*)\(([^()]*)\)/y;
const resultPattern = /^\s*= (0x[0-9A-Fa-f]+|\d+)$/;
// Digits that follow a digit are not tried again: a damaged argument may be a million long.
const lastNumber = /(0x[0-9A-Fa-f]+|(?<!\d)\d+)$/;

const allocations =
  /^(malloc|valloc|memalign|aligned_alloc|posix_memalign|_Zn[wa]|(__)?builtin_(vec_)?new)/;
const frees =
  /^(c?free|vfree|free_sized|free_aligned_sized|_Zd[la]Pv\w*|(__)?builtin_(vec_)?delete)$/;
const questions = /^(malloc_usable_size|malloc_size|mallinfo2?)$/;
const sizeComesFirst = /^(_Zn[wa])/; // operator new(size, alignment); the C forms end with the size
// Messages share the prefix, but are prose: an operation, even a garbled one, is one word, begins with
// a call or a function's name, or ends in a result.
const operationLike =
  /^\S+$|^\w+\(|^\s*(malloc|free|calloc|realloc|memalign|_Zn|_Zd)|=\s*(0x[0-9A-Fa-f]*)?$/;
const zone = /^(malloc_)?zone_/; // macOS: a zone as an extra first argument

export function isValgrindLine(line: string): boolean {
  return logLine.test(line) || tracePrefix.test(line);
}

interface Call {
  readonly kind: "allocate" | "free" | "reallocate" | "question";
  readonly pointer: string | null;
  readonly size: number;
  readonly name: string;
}

export class ValgrindReader {
  readonly #builder: TraceBuilder;
  #process: string | undefined;
  #lastResult = "";

  constructor(builder: TraceBuilder) {
    this.#builder = builder;
  }

  read(line: string): void {
    if (line === "" || logLine.test(line)) return;
    const prefix = tracePrefix.exec(line);
    if (prefix === null) return this.#builder.unreadable(line);
    const body = line.slice(prefix[0].length);

    const bare = resultPattern.exec(body);
    if (bare !== null) {
      if (pointerOf(bare[1]!) !== null && bare[1] !== this.#lastResult) {
        this.#builder.unreadable(line);
      }
      return;
    }
    if (body === "" || !operationLike.test(body)) return; // one of Valgrind's own messages

    const calls: Call[] = [];
    callPattern.lastIndex = 0;
    let end = 0;
    for (let match = callPattern.exec(body); match !== null; match = callPattern.exec(body)) {
      end = callPattern.lastIndex;
      const call = readCall(match[1]!, match[2]!);
      if (call === null) return this.#builder.unreadable(line);
      calls.push(call);
    }
    const rest = body.slice(end);
    const result = rest === "" ? undefined : resultPattern.exec(rest)?.[1];
    if (calls.length === 0 || (rest !== "" && result === undefined) || !agree(calls, result)) {
      return this.#builder.unreadable(line);
    }

    this.#process ??= prefix[1];
    if (this.#process !== prefix[1]) {
      this.#builder.report.otherProcessOperations++;
      return;
    }
    for (const call of calls.slice(0, -1)) {
      if (call.name === "calloc") this.#builder.allocate(null, call.size);
    }
    const last = calls[calls.length - 1]!;
    const pointer = result === undefined ? null : pointerOf(result);
    this.#lastResult = result ?? "";
    if (last.kind === "allocate") this.#builder.allocate(pointer, last.size);
    else if (last.kind === "free") this.#builder.free(last.pointer);
    else if (last.kind === "reallocate") this.#builder.reallocate(last.pointer, pointer, last.size);
  }
}

function readCall(fullName: string, list: string): Call | null {
  const name = fullName.replace(zone, "");
  const args = list === "" ? [] : list.split(",").map((argument) => argument.trim());
  if (name !== fullName) args.shift();
  const numbers = args.map((argument) => lastNumber.exec(argument)?.[1] ?? "");
  if (numbers.includes("")) return null;
  const number = (index: number): number => Number(numbers.at(index) ?? Number.NaN);
  const pointer = numbers.length === 0 ? null : pointerOf(numbers[0]!);

  let call: Call;
  if (questions.test(name)) {
    return { kind: "question", name, pointer, size: 0 };
  } else if (frees.test(name)) {
    return numbers.length === 0 ? null : { kind: "free", name, pointer, size: 0 };
  } else if (name === "realloc" || name === "reallocf") {
    call = {
      kind: "reallocate",
      name,
      pointer,
      size: numbers.length === 2 ? number(1) : Number.NaN,
    };
  } else if (name === "reallocarray") {
    call = { kind: "reallocate", name, pointer, size: number(1) * number(2) };
  } else if (name === "calloc") {
    call = { kind: "allocate", name, pointer: null, size: number(0) * number(1) };
  } else if (allocations.test(name)) {
    const size = number(sizeComesFirst.test(name) ? 0 : -1);
    call = { kind: "allocate", name, pointer: null, size };
  } else {
    return null;
  }
  return Number.isNaN(call.size) ? null : call;
}

/** Whether the calls of one line make sense together, and with the result or its absence. */
function agree(calls: readonly Call[], result: string | undefined): boolean {
  for (let i = 0; i < calls.length - 1; i++) {
    const { kind, name, pointer, size } = calls[i]!;
    const next = calls[i + 1]!.kind;
    const handsOver =
      kind === "reallocate" && (pointer === null || size === 0) && next !== "reallocate";
    const overflows = name === "calloc" && size >= 2 ** 32;
    const asksOfNull = kind === "question" && pointer === null;
    if (!handsOver && !overflows && !asksOfNull) return false;
  }
  const { kind, pointer, size } = calls[calls.length - 1]!;
  if (kind === "question") return true;
  if (kind === "free") return result === undefined;
  if (result === undefined || (!result.startsWith("0x") && result !== "0")) return false;
  return (
    pointerOf(result) === null || Number.isSafeInteger(size) || (pointer === result && size === 0)
  );
}

function pointerOf(text: string): string | null {
  return /^0x0*$|^0$/.test(text) ? null : text;
}
