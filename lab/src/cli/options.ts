// The command line: what was asked for, or what is wrong with it.

import { parseArgs } from "node:util";
import { POLICIES, type Policy } from "suballoc";

export const usage = `Usage: suballoc-lab replay FILE [options]

Replays a recorded malloc trace (valgrind --trace-malloc=yes, or glibc mtrace; plain or gzipped)
through suballoc and compares its policies.

  --policy P[,P]   only these policies: ${POLICIES.join(", ")} (all of them if not given)
  --capacity N     replay in a block of N bytes, not in the smallest one the trace fits in
  --exact          search for the smallest capacity until it is certain, however long that takes
  --tracked --defragment
                   replay with TrackedAllocator as well, defragmenting where an allocation does not
                   fit: what capacity that saves, and how much it moves
  --json           print the results as JSON
  --svg OUT        draw address against time into the file OUT
  --help           print this`;

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface Options {
  readonly file: string;
  readonly policies: readonly Policy[];
  readonly capacity: number | undefined;
  readonly exact: boolean;
  readonly defragment: boolean;
  readonly json: boolean;
  readonly svg: string | undefined;
}

/** @returns undefined if help was asked for */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [command, file, ...more] = positionals;
  if (command === undefined) throw new UsageError("what to do? there is one command: replay");
  if (command !== "replay") throw new UsageError(`unknown command: ${command}`);
  if (file === undefined) throw new UsageError("replay needs the file of a trace");
  if (values.defragment !== values.tracked)
    throw new UsageError("--tracked and --defragment go together");
  if (more.length > 0) throw new UsageError(`one file at a time; left over: ${more.join(" ")}`);
  return {
    file,
    policies: values.policy === undefined ? POLICIES : readPolicies(values.policy),
    capacity: values.capacity === undefined ? undefined : readCapacity(values.capacity),
    exact: values.exact ?? false,
    defragment: values.defragment ?? false,
    json: values.json ?? false,
    svg: values.svg,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        policy: { type: "string", multiple: true },
        capacity: { type: "string" },
        exact: { type: "boolean" },
        tracked: { type: "boolean" },
        defragment: { type: "boolean" },
        json: { type: "boolean" },
        svg: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readPolicies(given: readonly string[]): Policy[] {
  const names = given.flatMap((list) => list.split(","));
  for (const name of names) {
    if (!(POLICIES as readonly string[]).includes(name)) {
      throw new UsageError(`unknown policy "${name}"; there are ${POLICIES.join(", ")}`);
    }
  }
  return [...new Set(names)] as Policy[];
}

function readCapacity(given: string): number {
  const capacity = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new UsageError(
      `--capacity must be a whole number of bytes from 1 to 2^53 - 1, not "${given}"`,
    );
  }
  return capacity;
}
