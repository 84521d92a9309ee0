// A progress bar on the error stream, when that is a terminal; nothing otherwise.

import { SingleBar } from "cli-progress";

export class Progress {
  readonly #bar = new SingleBar({
    format: "{bar} {percentage}% {task}",
    stream: process.stderr,
    barsize: 30,
    clearOnComplete: true,
    hideCursor: true,
    noTTYOutput: false,
    barCompleteChar: "█",
    barIncompleteChar: "░",
  });

  constructor() {
    if (process.stderr.isTTY) this.#bar.start(1, 0, { task: "" });
  }

  show(task: string, done: number): void {
    this.#bar.update(done, { task });
  }

  stop(): void {
    this.#bar.stop();
  }
}
