// suballoc-lab. Exit codes: 0 done; 1 a trace does not fit the capacity asked for, or an allocator
// was caught at a fault; 2 bad usage, or a file that cannot be read, written or understood.

import { createReadStream } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { advise, type Candidate } from "../advise/advise.ts";
import { drawAddressAgainstTime } from "../draw/address-time.ts";
import { heapKinds } from "../heap/byte-heap.ts";
import { compareHeaps } from "../heap/compare.ts";
import { holdersOf } from "../holders/holders.ts";
import { factoryOf } from "../replay/allocator.ts";
import { type DefragmentingReplay, replayDefragmenting } from "../replay/defragmenting.ts";
import { ReplayFault } from "../replay/live-ranges.ts";
import { type Measurement, measure } from "../replay/measure.ts";
import { NoRoomError } from "../replay/smallest-capacity.ts";
import { readTrace } from "../trace/read.ts";
import { NotATraceError, type Trace } from "../trace/trace.ts";
import { type Options, readOptions, UsageError, usage } from "./options.ts";
import { Progress } from "./progress.ts";
import { printJson, printText } from "./report.ts";
import { printAdvice, printAdviceAsJson } from "./report-advice.ts";
import { printHeaps, printHeapsAsJson } from "./report-heap.ts";
import { loadTlsf } from "./tlsf.ts";

/** Something about a file the user can put right. */
class FileError extends Error {
  override readonly name = "FileError";
}

async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    console.log(usage);
    return 0;
  }
  const progress = new Progress();
  try {
    const trace = await readFile(options.file, progress);
    const act = options.command === "advise" ? giveAdvice : options.heap ? compareOnBytes : compare;
    return await act(trace, options, progress);
  } finally {
    progress.stop();
  }
}

async function compare(trace: Trace, options: Options, progress: Progress): Promise<number> {
  const results = replayAll(trace, options, progress);
  const defragmented = options.defragment ? defragmentAll(trace, options, progress) : undefined;
  progress.stop();
  const holders = options.groupings.map((grouping) => holdersOf(trace, results, grouping));
  if (options.json) printJson(options.file, trace, results, { defragmented, holders });
  else printText(options.file, trace, results, { defragmented, holders });
  if (options.svg !== undefined) await writeSvg(options.svg, options.file, trace, results);
  return results.some(({ replay }) => replay.failure !== undefined) ? 1 : 0;
}

async function compareOnBytes(trace: Trace, options: Options, progress: Progress): Promise<number> {
  const comparison = compareHeaps(trace, heapKinds(loadTlsf()), options.policies, {
    searchBudget: options.exact ? Infinity : undefined,
    onProgress: (task, done) => progress.show(task, done),
  });
  progress.stop();
  (options.json ? printHeapsAsJson : printHeaps)(options.file, trace, comparison);
  return comparison.heaps.some(({ replay }) => replay.failure !== undefined) ? 1 : 0;
}

async function giveAdvice(trace: Trace, options: Options, progress: Progress): Promise<number> {
  // In its smallest capacity the trace fits, so that every policy has a time.
  const candidates = replayAll(trace, options, progress) as (Measurement & Candidate)[];
  const advice = advise(trace, candidates, (task, done) => progress.show(task, done));
  progress.stop();
  if (options.json) printAdviceAsJson(options.file, trace, advice);
  else printAdvice(options.file, trace, advice);
  return 0;
}

async function readFile(file: string, progress: Progress): Promise<Trace> {
  try {
    const { size } = await stat(file);
    const bytes = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array<ArrayBuffer>>;
    return await readTrace(bytes, (read) =>
      progress.show(`reading ${basename(file)}`, read / size),
    );
  } catch (error) {
    if (error instanceof NotATraceError)
      throw new FileError(`${file} is no trace: ${error.message}`);
    throw new FileError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function replayAll(
  trace: Trace,
  { policies, capacity, exact }: Options,
  progress: Progress,
): Measurement[] {
  return policies.map((policy) =>
    measure(trace, policy, factoryOf(policy), {
      capacity,
      searchBudget: exact ? Infinity : undefined,
      onProgress: (task, done) => progress.show(`${policy}: ${task}`, done),
    }),
  );
}

/** For each policy, replays in a few capacities. */
function defragmentAll(
  trace: Trace,
  { policies }: Options,
  progress: Progress,
): DefragmentingReplay[][] {
  return policies.map((policy) =>
    replayDefragmenting(trace, policy, (done) => progress.show(`${policy}: defragmenting`, done)),
  );
}

async function writeSvg(
  out: string,
  file: string,
  trace: Trace,
  results: readonly Measurement[],
): Promise<void> {
  try {
    await writeFile(
      out,
      drawAddressAgainstTime(`${basename(file)}: address against time`, trace, results),
    );
  } catch (error) {
    throw new FileError(`${out} cannot be written: ${(error as Error).message}`);
  }
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`suballoc-lab: ${error.message}\n\n${usage}`);
    process.exitCode = 2;
  } else if (error instanceof FileError) {
    console.error(`suballoc-lab: ${error.message}`);
    process.exitCode = 2;
  } else if (error instanceof NoRoomError) {
    console.error(`suballoc-lab: ${error.message}`);
    process.exitCode = 1;
  } else if (error instanceof ReplayFault) {
    console.error(`suballoc-lab: the allocator is at fault: ${error.message}`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
