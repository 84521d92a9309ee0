// Running programs.

import { spawn } from "node:child_process";

export interface RunOptions {
  cwd: string;
  env?: Record<string, string>;
  /** Milliseconds after which the program is ended. */
  timeout?: number;
}

/** Runs a program to its end and returns what it printed. Fails, with all it printed, unless it exits with 0. */
export function run(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  const { cwd, env, timeout = 120_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      timeout,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    let complained = "";
    child.stdout.on("data", (text) => (printed += text));
    child.stderr.on("data", (text) => (complained += text));
    child.on("error", reject);
    child.on("close", (status, signal) => {
      if (status === 0) resolve(printed);
      else {
        const ending = signal ? `was ended by ${signal}` : `exited with ${status}`;
        reject(new Error(`${program} ${args.join(" ")} ${ending}\n${printed}\n${complained}`));
      }
    });
  });
}
