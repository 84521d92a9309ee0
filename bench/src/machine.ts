// What the figures were measured on.

import { readFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { BENCH, ROOT } from "../paths.ts";

export function describeMachine(): Record<string, string> {
  const cpus = os.cpus();
  return {
    processor: `${cpus.length} × ${cpus[0]?.model ?? "unknown"}`,
    memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    "load average at the start": os.loadavg()[0]?.toFixed(2) ?? "unknown",
  };
}

function readPackage(directory: string): { version: string } {
  return JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
}

export function describeVersions(): Record<string, string> {
  const peers = ["@thi.ng/malloc", "malloc", "playcanvas"];
  const modules: [string, string][] = [
    ["suballoc", ROOT],
    ["assemblyscript", join(ROOT, "node_modules/assemblyscript")],
    ...peers.map((name): [string, string] => [name, join(BENCH, "node_modules", name)]),
  ];
  return {
    Node: process.versions.node,
    V8: process.versions.v8,
    ...Object.fromEntries(
      modules.map(([name, directory]) => [name, readPackage(directory).version]),
    ),
  };
}
