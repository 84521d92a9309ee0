// Threads in Node: workers that run threads/worker.ts, bundled.

import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { type Start, threadOn } from "../threads/thread.js";

/** A file of these tests with all that it imports. */
export async function bundle(file: string, format: "cjs" | "esm" | "iife"): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format,
    target: "es2022",
    external: ["node:*"],
    logLevel: "error",
  });
  return outputFiles[0]?.text as string;
}

export async function nodeThreads(): Promise<Start> {
  const code = await bundle("tests/shared/threads/worker.ts", "cjs");
  return (job) => {
    const worker = new Worker(code, { eval: true, execArgv: [] });
    worker.postMessage(job);
    return threadOn(
      (onMessage, onError) => {
        worker.on("message", onMessage);
        worker.on("error", onError);
      },
      { terminate: () => worker.terminate(), worker },
    );
  };
}
