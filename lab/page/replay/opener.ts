// Opening traces: one that comes with the page, a file chosen or dropped. The last one asked for wins.

import { byId, element, option } from "../dom.ts";
import { bundledTraces } from "./bundled.ts";
import type { TraceName } from "./link-state.ts";
import { EndedError, Session } from "./session.ts";

/** Where a trace comes from: with the page, or from the person. */
export type Source = { readonly bundled: string } | { readonly file: File };

export function nameOf(source: Source | TraceName): string {
  if ("bundled" in source) return source.bundled;
  return typeof source.file === "string" ? source.file : source.file.name;
}

export interface OpenerOptions {
  /** A trace is being read, so much of it has been. */
  readonly onProgress: (name: string, done: number) => void;
  readonly onOpen: (session: Session, source: Source) => void;
  /** It could not be read, if there is a message; or the person gave up. The trace opened before stays. */
  readonly onGivenUp: (message: string | undefined) => void;
  /** A file was dropped somewhere on the page. */
  readonly onDrop: () => void;
  readonly onProblem: (message: string) => void;
}

export class Opener {
  readonly #options: OpenerOptions;
  readonly #select = byId("trace", HTMLSelectElement);
  #opening: AbortController | undefined;
  #opened: Source | undefined;

  constructor(options: OpenerOptions) {
    this.#options = options;
    this.#select.append(
      ...bundledTraces.map(({ name, label }) => option(name, label)),
      element("option", { value: "", hidden: true }, "your file"),
    );
    this.#select.addEventListener("change", () => {
      if (this.#select.value !== "") void this.open({ bundled: this.#select.value });
    });
    const input = byId("file", HTMLInputElement);
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file !== undefined) void this.open({ file });
      input.value = ""; // the same file may be chosen again
    });
    this.#listenForDrops();
  }

  /** The trace on the screen. */
  get opened(): Source | undefined {
    return this.#opened;
  }

  get isOpening(): boolean {
    return this.#opening !== undefined;
  }

  async open(source: Source): Promise<void> {
    this.#opening?.abort(new EndedError("another trace was chosen"));
    const opening = new AbortController();
    this.#opening = opening;
    const name = nameOf(source);
    this.#options.onProgress(name, 0);
    try {
      const session = await Session.open(
        await blobOf(source, opening.signal),
        (done) => {
          if (this.#opening === opening) this.#options.onProgress(name, done);
        },
        opening.signal,
      );
      if (this.#opening !== opening) return session.dispose();
      this.#opening = undefined;
      this.#opened = source;
      this.#showOpened();
      this.#options.onOpen(session, source);
    } catch (error) {
      if (this.#opening !== opening) return;
      this.#opening = undefined;
      this.#showOpened();
      const hasEnded = error instanceof EndedError;
      this.#options.onGivenUp(hasEnded ? undefined : explain(name, error as Error));
    }
  }

  /** What is being read is not opened. */
  giveUp(): void {
    this.#opening?.abort(new EndedError("stopped"));
  }

  #showOpened(): void {
    const source = this.#opened;
    this.#select.value = source === undefined || "file" in source ? "" : source.bundled;
  }

  #listenForDrops(): void {
    const sign = byId("drop", HTMLElement);
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      sign.hidden = false;
    });
    addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) sign.hidden = true;
    });
    addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      sign.hidden = true;
      const [file, ...more] = event.dataTransfer?.files ?? [];
      if (more.length > 0) return this.#options.onProblem("One file at a time, please.");
      if (file === undefined) return;
      void this.open({ file });
      this.#options.onDrop();
    });
  }
}

function explain(name: string, error: Error): string {
  return error.name === "NotATraceError"
    ? `“${name}” is no trace: ${error.message}.`
    : `“${name}” cannot be read: ${(error.message || error.name).replace(/\.$/, "")}.`;
}

/** The bytes, as a Blob, which a worker can stream without a copy being made. */
async function blobOf(source: Source, signal: AbortSignal): Promise<Blob> {
  if ("file" in source) return source.file;
  const trace = bundledTraces.find(({ name }) => name === source.bundled)!;
  const response = await fetch(trace.url, { signal });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.blob();
}
