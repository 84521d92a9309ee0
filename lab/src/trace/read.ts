// From a stream of bytes, plain or gzipped, to a trace: finds the format and feeds its reader.

import { isRecording } from "suballoc/record";
import { isMtraceLine, MtraceReader } from "./mtrace.ts";
import { RecordingTraceReader } from "./recording.ts";
import { NotATraceError, type Trace, TraceBuilder } from "./trace.ts";
import { isValgrindLine, ValgrindReader } from "./valgrind.ts";

const longestLine = 1 << 20;
/** So many bytes tell a recording from text. */
const tellingBytes = 8;

/** Takes the bytes of one format, in pieces. */
interface Reader {
  push(chunk: Uint8Array): void;
  finish(): Trace;
}

/** `onProgress` is told how many bytes of the stream, as stored, have been taken in. */
export async function readTrace(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  onProgress: (bytesRead: number) => void = () => {},
): Promise<Trace> {
  let head: Uint8Array = new Uint8Array(0);
  let reader: Reader | undefined;
  for await (const chunk of chunksOf(await unzipped(counted(bytes, onProgress)))) {
    if (reader !== undefined) {
      reader.push(chunk);
      continue;
    }
    head = concatenate(head, chunk);
    if (head.length < tellingBytes) continue;
    reader = readerOf(head);
    reader.push(head);
  }
  if (reader === undefined) {
    reader = readerOf(head);
    reader.push(head);
  }
  return reader.finish();
}

function readerOf(head: Uint8Array): Reader {
  return isRecording(head) ? new RecordingTraceReader() : new TextReader();
}

/** Cuts text into lines. */
class TextReader implements Reader {
  readonly #lines = new LineReader();
  readonly #decoder = new TextDecoder();
  #rest = "";

  push(chunk: Uint8Array): void {
    const text = this.#rest + this.#decoder.decode(chunk, { stream: true });
    const pieces = text.split("\n");
    this.#rest = pieces.pop()!;
    if (this.#rest.length > longestLine)
      throw new NotATraceError("a line of more than a million characters");
    for (const piece of pieces) this.#lines.read(piece);
  }

  finish(): Trace {
    const rest = this.#rest + this.#decoder.decode();
    if (rest !== "") this.#lines.read(rest);
    return this.#lines.finish();
  }
}

class LineReader {
  readonly #builder = new TraceBuilder();
  #reader: ValgrindReader | MtraceReader | undefined;

  read(raw: string): void {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    this.#builder.line++;
    if (this.#reader === undefined) {
      if (isValgrindLine(line)) this.#reader = new ValgrindReader(this.#builder);
      else if (isMtraceLine(line)) this.#reader = new MtraceReader(this.#builder);
    }
    if (this.#reader !== undefined) this.#reader.read(line);
    else if (line !== "") this.#builder.unreadable(line);
  }

  finish(): Trace {
    if (this.#reader instanceof MtraceReader) {
      this.#reader.finish();
      return this.#builder.finish("mtrace");
    }
    if (this.#reader !== undefined) return this.#builder.finish("valgrind");
    throw new NotATraceError(
      "neither a recording, nor a valgrind --trace-malloc=yes log, nor a glibc mtrace log",
    );
  }
}

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;

function counted(bytes: Bytes, onProgress: (bytesRead: number) => void): Bytes {
  let read = 0;
  return bytes.pipeThrough(
    new TransformStream({
      transform(chunk, controller) {
        read += chunk.length;
        onProgress(read);
        controller.enqueue(chunk);
      },
    }),
  );
}

/** Looks at the first two bytes; gzip begins with 1f 8b. */
async function unzipped(bytes: Bytes): Promise<Bytes> {
  const reader = bytes.getReader();
  let head = new Uint8Array(0);
  let ended = false;
  while (head.length < 2 && !ended) {
    const { value, done } = await reader.read();
    ended = done;
    if (value !== undefined) head = concatenate(head, value);
  }
  const whole: Bytes = new ReadableStream({
    start(controller) {
      if (head.length > 0) controller.enqueue(head);
    },
    async pull(controller) {
      const { value, done } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  return isGzip ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Streams are not async iterable in every browser yet. */
async function* chunksOf(bytes: Bytes): AsyncGenerator<Uint8Array> {
  const reader = bytes.getReader();
  try {
    for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
      yield value!;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
