// Traces for tests: from text, from the bundled files, and made up at random.

import { createReadStream, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { readTrace } from "../src/trace/read.ts";
import { type Trace, TraceBuilder } from "../src/trace/trace.ts";

export const bundled = ["sqlite", "jq", "cc1"] as const;

export function pathOf(name: string): string {
  return fileURLToPath(new URL(`../traces/${name}.vg.gz`, import.meta.url));
}

export function textOf(name: string): string {
  return gunzipSync(readFileSync(pathOf(name))).toString();
}

export function readBundled(name: string): Promise<Trace> {
  return readTrace(
    Readable.toWeb(createReadStream(pathOf(name))) as ReadableStream<Uint8Array<ArrayBuffer>>,
  );
}

/** Cut into chunks of a few bytes, so that lines and characters lie across them. */
export function streamOf(bytes: Uint8Array, chunk = 7): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (let i = 0; i < bytes.length; i += chunk) controller.enqueue(bytes.slice(i, i + chunk));
      controller.close();
    },
  });
}

export function readText(text: string): Promise<Trace> {
  return readTrace(streamOf(new TextEncoder().encode(text)));
}

/** Each step allocates that many bytes, or frees the live block at that index. */
export type Step = { allocate: number } | { free: number };

export function traceOf(steps: readonly Step[]): Trace {
  const builder = new TraceBuilder();
  const live: string[] = [];
  builder.allocate("first", 1);
  live.push("first");
  steps.forEach((step, index) => {
    builder.line = index + 1;
    if ("allocate" in step) {
      builder.allocate(String(index), step.allocate);
      live.push(String(index));
    } else if (live.length > 0) {
      builder.free(live.splice(step.free % live.length, 1)[0]!);
    }
  });
  return builder.finish("mtrace");
}
