// The command line: what was asked for, or what is wrong with it.

import { parseArgs } from "node:util";
import { TRACKED_POLICIES, type TrackedPolicy } from "suballoc";
import type { Grouping } from "../holders/groups.ts";

export const usage = `Usage: suballoc-lab replay FILE [options]
       suballoc-lab advise FILE [options]

FILE is a recording of suballoc/record, or a malloc trace (valgrind --trace-malloc=yes, or glibc mtrace);
plain or gzipped.

replay carries it out with each policy of suballoc and compares them:
  --policy P[,P]   only these policies: ${TRACKED_POLICIES.join(", ")} (all of them if not given)
  --capacity N     replay in a block of N bytes, not in the smallest one the trace fits in
  --exact          search for the smallest capacity until it is certain, however long that takes
  --tracked --defragment
                   replay with TrackedAllocator as well, defragmenting where an allocation does not
                   fit: what capacity that saves, and how much it moves
  --heap           replay on real bytes instead, with suballoc/heap and AssemblyScript's TLSF: every block
                   written and checked, everything aligned to 16, beside the policies
  --by-label       who holds the bytes at the peak, and who makes the holes, by label
  --by-site        the same by call site
  --json           print the results as JSON
  --svg OUT        draw address against time into the file OUT

advise says which policy to take, and why:
  --policy P[,P]   one of these
  --exact          as above
  --json           print the advice and its figures as JSON

  --help           print this`;

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export type Command = "replay" | "advise";

export interface Options {
  readonly command: Command;
  readonly file: string;
  readonly policies: readonly TrackedPolicy[];
  readonly capacity: number | undefined;
  readonly exact: boolean;
  readonly defragment: boolean;
  readonly heap: boolean;
  readonly groupings: readonly Grouping[];
  readonly json: boolean;
  readonly svg: string | undefined;
}

const commands: readonly string[] = ["replay", "advise"] satisfies Command[];
/** What `advise` has no use for. */
const onlyForReplay = [
  ...(["capacity", "tracked", "defragment", "heap", "by-label", "by-site", "svg"] as const),
];
/** What has no meaning on real bytes. */
const notWithHeap = onlyForReplay.filter((name) => name !== "heap");

/** @returns undefined if help was asked for */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [command, file, ...more] = positionals;
  if (command === undefined) throw new UsageError("what to do? the commands are replay and advise");
  if (!commands.includes(command)) throw new UsageError(`unknown command: ${command}`);
  if (file === undefined) throw new UsageError(`${command} needs the file of a trace`);
  if (more.length > 0) throw new UsageError(`one file at a time; left over: ${more.join(" ")}`);
  const given = (name: keyof typeof values) => values[name] !== undefined;
  const unwanted = onlyForReplay.find(given);
  if (command === "advise" && unwanted !== undefined)
    throw new UsageError(`--${unwanted} is for replay, not for advise`);
  const without = notWithHeap.find(given);
  if (values.heap && without !== undefined) throw new UsageError(`--${without} is not for --heap`);
  if (values.defragment !== values.tracked)
    throw new UsageError("--tracked and --defragment go together");
  return {
    command: command as Command,
    file,
    policies: values.policy === undefined ? TRACKED_POLICIES : readPolicies(values.policy),
    capacity: values.capacity === undefined ? undefined : readCapacity(values.capacity),
    exact: values.exact ?? false,
    defragment: values.defragment ?? false,
    heap: values.heap ?? false,
    groupings: [
      ...(values["by-label"] ? (["label"] as const) : []),
      ...(values["by-site"] ? (["site"] as const) : []),
    ],
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
        heap: { type: "boolean" },
        "by-label": { type: "boolean" },
        "by-site": { type: "boolean" },
        json: { type: "boolean" },
        svg: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readPolicies(given: readonly string[]): TrackedPolicy[] {
  const names = given.flatMap((list) => list.split(","));
  for (const name of names) {
    if (!(TRACKED_POLICIES as readonly string[]).includes(name)) {
      throw new UsageError(`unknown policy "${name}"; there are ${TRACKED_POLICIES.join(", ")}`);
    }
  }
  return [...new Set(names)] as TrackedPolicy[];
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
