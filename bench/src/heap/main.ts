// The bench of suballoc/heap.
//
//   npm run bench -- heap [--quick] [--write] [part …]
//
// Parts: churn, bulk, calls, latency, extent, traces; all by default. Each is a process of its own, without V8's
// baseline compiler, and all contenders run in it in turn, round by round. Ratios are of medians. `--write` puts the
// tables into bench/heap.md.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { BENCH, OUT, ROOT } from "../../paths.ts";
import { describeMachine } from "../machine.ts";
import { buildAll } from "./build.ts";

const PARTS = ["churn", "bulk", "calls", "latency", "extent", "traces"];
const RUNNER = join(OUT, "heap/parts.mjs");

export async function benchHeap(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw new Error(`no part ${unknown}; there are ${PARTS.join(", ")}`);
  mkdirSync(join(OUT, "heap"), { recursive: true });
  buildAll();
  await build({
    entryPoints: [join(BENCH, "src/heap/parts.ts")],
    outfile: RUNNER,
    bundle: true,
    platform: "node",
    format: "esm",
    define: { "import.meta.dirname": JSON.stringify(BENCH) },
    logLevel: "warning",
  });
  const tables: string[] = [];
  for (const part of positionals.length > 0 ? positionals : PARTS) {
    const flags = ["--no-liftoff", RUNNER, part, ...(values.quick ? ["--quick"] : [])];
    const table = execFileSync(process.execPath, flags, { cwd: ROOT, encoding: "utf8" });
    console.log(table);
    tables.push(table);
  }
  if (!values.write) return;
  const { date, ...machine } = {
    date: new Date().toISOString().slice(0, 10),
    ...describeMachine(),
  };
  const where = Object.entries({ ...machine, Node: process.versions.node });
  const wasm = ["heap", "heap-checked"].map(
    (name) => `${name}.wasm ${readFileSync(join(ROOT, `build/${name}.wasm`)).length} bytes`,
  );
  writeFileSync(
    join(BENCH, "heap.md"),
    `# suballoc/heap measured\n\nWritten by \`npm run bench -- heap --write\`, ${date}; ${where
      .map(([name, value]) => `${name}: ${value}`)
      .join("; ")}; ${wasm.join(", ")}.\n\n${tables.join("\n")}`,
  );
}
