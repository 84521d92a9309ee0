// Node, Deno and Bun, with import and with require(). The runtimes come from npm, as this package's
// dependencies; none of them needs an install script.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Consumer } from "./consumer.ts";
import { expectStory } from "./expected.ts";
import { check, Unavailable } from "./matrix.ts";
import { run } from "./process.ts";

const MODULES = join(import.meta.dirname, "node_modules");
const platform = `${process.platform}-${process.arch}`;

interface Runtime {
  name: string;
  program: string;
  /** What to put before the file; for require(), if that is not the same. */
  args?: string[];
  requireArgs?: string[];
  env?: Record<string, string>;
}

const RUNTIMES: Runtime[] = [
  { name: "Node (the running one)", program: process.execPath },
  { name: "Node 22", program: join(MODULES, `node22-${platform}/bin/node`) },
  { name: "Node 24", program: join(MODULES, `node24-${platform}/bin/node`) },
  {
    name: "Deno",
    program: join(MODULES, ".bin/deno"),
    args: ["run"],
    // To Deno, require() reads files as the program likes, which it asks about.
    requireArgs: ["run", "--allow-read=."],
    env: { DENO_NO_UPDATE_CHECK: "1" },
  },
  { name: "Bun", program: join(MODULES, ".bin/bun") },
];

function version(runtime: Runtime, cwd: string): Promise<string> {
  if (!existsSync(runtime.program))
    throw new Unavailable(`npm has no such binary for ${platform}: ${runtime.program}`);
  return run(runtime.program, ["--version"], { cwd });
}

export async function checkRuntimes({ folder }: Consumer): Promise<void> {
  for (const runtime of RUNTIMES) {
    const { name, program, args = [], requireArgs = args, env = {} } = runtime;
    const story = async (args: string[], expectation?: string) => {
      const note = await version(runtime, folder);
      expectStory(await run(program, args, { cwd: folder, env }), expectation);
      return [note.split("\n")[0], ...args.slice(1, -1)].join(" ");
    };
    await check(name, "import", () => story([...args, "main.mjs"]));
    await check(name, "require()", () => story([...requireArgs, "main.cjs"]));
    await check(name, "suballoc/webgpu, import", () =>
      story([...args, "webgpu.mjs"], "expected-webgpu.txt"),
    );
    await check(name, "suballoc/shared, two threads", () =>
      story([...requireArgs, "shared.mjs"], "expected-shared.txt"),
    );
    await check(name, "suballoc/webgpu, require()", () =>
      story([...requireArgs, "webgpu.cjs"], "expected-webgpu.txt"),
    );
    await check(name, "suballoc/heap, import", () =>
      story([...args, "heap.mjs"], "expected-heap.txt"),
    );
    await check(name, "suballoc/heap, require()", () =>
      story([...requireArgs, "heap.cjs"], "expected-heap.txt"),
    );
  }
}
