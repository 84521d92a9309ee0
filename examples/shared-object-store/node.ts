// The example in Node:  npx tsx examples/shared-object-store/node.ts

import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { run, type Thread } from "./run.ts";

/** The worker with all that it imports, as one script. */
export async function bundleWorker(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ["examples/shared-object-store/worker.ts"],
    bundle: true,
    format: "esm",
    target: "es2022",
    external: ["node:*"],
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

export async function runInNode(workers?: number, rounds?: number) {
  const url = new URL(`data:text/javascript,${encodeURIComponent(await bundleWorker())}`);
  const start = (): Thread => {
    const worker = new Worker(url);
    const failed = new Promise<never>((_, reject) => worker.once("error", reject));
    failed.catch(() => {});
    return {
      worker,
      post: (task) => worker.postMessage(task),
      message: () =>
        Promise.race([new Promise<object>((resolve) => worker.once("message", resolve)), failed]),
      terminate: () => void worker.terminate(),
    };
  };
  return run(start, workers, rounds);
}

if (process.argv[1]?.endsWith("shared-object-store/node.ts")) console.log(await runInNode(3, 20));
