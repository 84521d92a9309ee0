// The call that reached the recorder: its innermost frames as text, each distinct stack formatted once.

type Capture = (holder: object, above?: unknown) => void;

/** Distinct stacks remembered. */
const MOST_KNOWN = 10_000;

/** What a recorded method hands to {@link callSites}: itself, or where engines cannot capture a stack from there, an error. */
export function calledMethod(method: unknown): unknown {
  const canCapture =
    typeof (Error as { captureStackTrace?: unknown }).captureStackTrace === "function";
  return canCapture ? method : new Error();
}

/** @param frames how many, innermost first */
export function callSites(frames: number): (called: unknown) => string {
  const known = new Map<string, string>();
  const errors = Error as unknown as { captureStackTrace?: Capture; stackTraceLimit?: number };
  const stackOf = (called: unknown): string => {
    if (called instanceof Error) return called.stack ?? "";
    const limit = errors.stackTraceLimit;
    errors.stackTraceLimit = frames;
    const holder: { stack?: string } = {};
    errors.captureStackTrace?.(holder, called);
    const stack = holder.stack ?? "";
    if (limit !== undefined) errors.stackTraceLimit = limit;
    return stack;
  };
  return (called) => {
    const stack = stackOf(called);
    let site = known.get(stack);
    if (site === undefined) {
      const own = called instanceof Error ? 2 : 0;
      site = framesOf(stack)
        .slice(own, own + frames)
        .join("\n");
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(stack, site);
    }
    return site;
  };
}

/** V8 writes `    at f (file:1:2)`, others `f@file:1:2`: here it is `f (file:1:2)`, or `file:1:2`. */
export function framesOf(stack: string): string[] {
  return stack.split("\n").flatMap((line) => {
    const v8 = /^\s+at (?:async )?(.*)$/.exec(line);
    if (v8 !== null) return [v8[1] as string];
    const other = /^(.*?)@(.*:\d+)$/.exec(line);
    if (other === null) return [];
    return [other[1] === "" ? (other[2] as string) : `${other[1]} (${other[2]})`];
  });
}
