// What is being done, how much of it is, and the button that stops it; and what went wrong.

import { byId, within } from "../dom.ts";
import { policyNames } from "../names.ts";
import type { Job } from "./work.ts";

export class ProgressView {
  readonly #bar = byId("progress", HTMLProgressElement);
  readonly #task = byId("task", HTMLElement);
  readonly #stop = byId("stop", HTMLButtonElement);
  readonly #problem = byId("problem", HTMLElement);

  constructor(onStop: () => void) {
    this.#stop.disabled = true;
    this.#stop.addEventListener("click", onStop);
    within(this.#problem, "button", HTMLButtonElement).addEventListener("click", () =>
      this.forgive(),
    );
  }

  show(task: string, done: number): void {
    this.#bar.value = done;
    if (this.#task.textContent !== task) this.#task.textContent = task;
  }

  /** What the button does, if anything. */
  allow(action: "stop" | "go on" | undefined): void {
    this.#stop.disabled = action === undefined;
    this.#stop.textContent = action === "go on" ? "Go on" : "Stop";
  }

  complain(message: string): void {
    within(this.#problem, "p", HTMLElement).textContent = message;
    this.#problem.hidden = false;
  }

  forgive(): void {
    this.#problem.hidden = true;
  }
}

export function describeJob(job: Job): string {
  switch (job.kind) {
    case "bound":
      return `${policyNames[job.policy]}: how small a block will do`;
    case "replay":
      return `${policyNames[job.policy]}: replaying`;
    case "time":
      return `${policyNames[job.policy]}: timing`;
    case "search":
      return `${policyNames[job.policy]}: searching for its smallest capacity`;
    case "advise":
      return "Which policy to take";
  }
}
