// The view in which a recorded program is replayed, policy beside policy.

import { POLICIES, type Policy } from "suballoc";
import { count } from "../../src/draw/format.ts";
import { sizeClasses } from "../../src/draw/size-classes.ts";
import { resultsAsJson } from "../../src/replay/json.ts";
import type { Measurement } from "../../src/replay/measure.ts";
import { leftOut } from "../../src/trace/left-out.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { byId, element, oncePerFrame, option, within } from "../dom.ts";
import type { Exports } from "../export.ts";
import { linkTo, readLink } from "../link.ts";
import { policyNames } from "../names.ts";
import { onThemeChange } from "../theme.ts";
import { Transport } from "../transport.ts";
import { bundledTraces } from "./bundled.ts";
import { Charts } from "./charts.ts";
import { lineSample } from "./line-style.ts";
import { Panel } from "./panel.ts";
import type { PolicyResult } from "./policy-result.ts";
import { showResults } from "./results-table.ts";
import { EndedError, Session } from "./session.ts";

/** Where a trace comes from: with the page, or from the person. */
type Source = { readonly bundled: string } | { readonly file: File };

const shownAtFirst: readonly Policy[] = ["first-fit", "next-fit", "best-fit", "worst-fit"];
const wholeTraceSeconds = 12; // at speed 1

export class ReplayPage implements Exports {
  readonly #traceSelect = byId("trace", HTMLSelectElement);
  readonly #fileInput = byId("file", HTMLInputElement);
  readonly #problem = byId("problem", HTMLElement);
  readonly #progress = byId("progress", HTMLProgressElement);
  readonly #task = byId("task", HTMLElement);
  readonly #stop = byId("stop", HTMLButtonElement);
  readonly #summary = byId("summary", HTMLElement);
  readonly #leftOut = byId("left-out", HTMLDetailsElement);
  readonly #policyBoxes = new Map<Policy, HTMLInputElement>();
  readonly #capacityMode = byId("capacity-mode", HTMLSelectElement);
  readonly #fixedCapacity = byId("fixed-capacity", HTMLInputElement);
  readonly #panelsRoot = byId("panels", HTMLElement);
  readonly #tableBody = within(byId("results", HTMLElement), "tbody", HTMLElement);
  readonly #transport: Transport;
  readonly #charts: Charts;
  readonly #onChange: () => void;
  readonly #showMoment = oncePerFrame(() => this.#seekAll());
  readonly #showTable = oncePerFrame(() =>
    showResults(this.#tableBody, this.#session?.trace, this.#chosenResults()),
  );

  #session: Session | undefined;
  #source: Source | undefined;
  /** The trace a link asks for but cannot carry. */
  #wanted: string | undefined;
  #opening: AbortController | undefined;
  #results = new Map<Policy, PolicyResult>();
  #panels = new Map<Policy, Panel>();
  /** Operations done at each position of the slider. */
  #moments: readonly number[] = [];
  #startAt: number | undefined;
  #isReplaying = false;
  #isSearching = false;
  #searchIsStopped = false;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#transport = new Transport(byId("replay-transport", HTMLElement), "Moment of the trace", {
      describe: (position, last) =>
        last === 0
          ? "no trace yet"
          : `${count(this.#moments[position]!)} of ${count(this.#moments[last]!)} operations`,
      rate: (last) => last / wholeTraceSeconds,
      onMove: () => {
        this.#showMoment();
        if (!this.#transport.playing) this.#onChange();
      },
      onPlay: (playing) => {
        if (!playing) this.#onChange();
      },
    });
    this.#charts = new Charts(byId("charts", HTMLElement), (operations) =>
      this.#seekTo(operations),
    );
    this.#fillForms();
    this.#listen();
  }

  get name(): string {
    return `suballoc-${this.#traceName.replace(/[^\w.-]+/g, "-")}`;
  }

  /** Loads the first trace if there is none yet. */
  enter(): void {
    if (this.#session !== undefined || this.#opening !== undefined) return;
    if (this.#wanted === undefined) void this.#open({ bundled: bundledTraces[0]!.name });
  }

  leave(): void {
    this.#transport.pause();
  }

  write(): URLSearchParams {
    const parameters = new URLSearchParams();
    if (this.#wanted !== undefined) parameters.set("f", this.#wanted);
    else if (this.#source !== undefined) {
      parameters.set("bundled" in this.#source ? "t" : "f", this.#traceName);
    }
    parameters.set("p", this.#chosen().join(","));
    const capacity = this.#capacityAsked();
    if (capacity !== undefined) parameters.set("c", String(capacity));
    const at = this.#moments[this.#transport.position] ?? this.#startAt;
    if (at !== undefined) parameters.set("at", String(at));
    parameters.set("x", this.#transport.speed);
    return parameters;
  }

  read(parameters: URLSearchParams): string | undefined {
    const policies = (parameters.get("p") ?? "").split(",").filter(isPolicy);
    if (policies.length > 0) {
      for (const [policy, box] of this.#policyBoxes) box.checked = policies.includes(policy);
    }
    const capacity = Number(parameters.get("c"));
    this.#setCapacity(Number.isSafeInteger(capacity) && capacity > 0 ? capacity : undefined);
    this.#transport.speed = parameters.get("x") ?? "1";
    const at = parameters.get("at");
    this.#startAt = at === null ? undefined : Number(at);
    const bundled = parameters.get("t");
    const file = parameters.get("f");
    if (bundled !== null && !bundledTraces.some(({ name }) => name === bundled)) {
      return `This link names a trace that does not come with the page: “${bundled}”.`;
    }
    if (file !== null && file !== this.#traceName) {
      this.#wanted = file;
      this.#complain(
        `This link was made with the file “${file}”, which a link cannot carry. Choose it, and the rest comes back as it was.`,
      );
    } else if (bundled !== null && bundled !== this.#traceName) {
      void this.#open({ bundled });
    } else if (this.#session !== undefined) {
      this.#rebuild();
      if (this.#startAt !== undefined) this.#seekTo(this.#startAt);
      void this.#work();
    }
    return undefined;
  }

  async svg(): Promise<string> {
    const panels = this.#measurements();
    if (this.#session === undefined || panels.length === 0)
      throw new Error("there is no picture yet");
    return this.#session.svg(`${this.#traceName}: address against time`, panels);
  }

  async json(): Promise<object> {
    if (this.#session === undefined) throw new Error("no trace has been opened yet");
    return resultsAsJson(this.#traceName, this.#session.trace, this.#measurements());
  }

  /** What has been replayed so far, as the command would report it. */
  #measurements(): Measurement[] {
    return this.#chosenResults().flatMap(
      ({ policy, smallest, replayed, nanosecondsPerOperation }) =>
        smallest === undefined || replayed === undefined
          ? []
          : [{ policy, smallest, replay: replayed.replay, nanosecondsPerOperation }],
    );
  }

  get #traceName(): string {
    if (this.#source === undefined) return "";
    return "file" in this.#source ? this.#source.file.name : this.#source.bundled;
  }

  // --- forms

  #fillForms(): void {
    this.#traceSelect.append(
      ...bundledTraces.map(({ name, label }) => option(name, label)),
      element("option", { value: "", hidden: true }, "your file"),
    );
    const fieldset = byId("policies", HTMLFieldSetElement);
    for (const policy of POLICIES) {
      const box = element("input", {
        type: "checkbox",
        value: policy,
        checked: shownAtFirst.includes(policy),
      });
      box.addEventListener("change", () => this.#policiesChanged(box));
      this.#policyBoxes.set(policy, box);
      fieldset.append(element("label", {}, box, lineSample(policy), policyNames[policy]));
    }
    byId("size-legend", HTMLElement).append(
      ...sizeClasses.map(({ label }, index) => {
        const swatch = element("span", { className: "swatch" });
        swatch.style.background = `var(--class-${index})`;
        return element("li", {}, swatch, label);
      }),
      element("li", {}, "time to the right, addresses upwards; the paler, the less is live"),
    );
    this.#stop.disabled = true;
  }

  #listen(): void {
    this.#traceSelect.addEventListener("change", () => {
      if (this.#traceSelect.value !== "") void this.#open({ bundled: this.#traceSelect.value });
    });
    this.#fileInput.addEventListener("change", () => {
      const file = this.#fileInput.files?.[0];
      if (file !== undefined) void this.#open({ file });
      this.#fileInput.value = ""; // the same file may be chosen again
    });
    within(this.#problem, "button", HTMLButtonElement).addEventListener("click", () => {
      this.#problem.hidden = true;
    });
    this.#stop.addEventListener("click", () => this.#stopWork());
    this.#capacityMode.addEventListener("change", () => {
      const isFixed = this.#capacityMode.value === "fixed";
      this.#setCapacity(isFixed ? this.#suggestedCapacity() : undefined);
      this.#capacityChanged();
    });
    this.#fixedCapacity.addEventListener("change", () => {
      if (this.#fixedCapacity.reportValidity()) this.#capacityChanged();
    });
    new ResizeObserver(oncePerFrame(() => this.#repaint())).observe(this.#panelsRoot);
    onThemeChange(() => {
      for (const panel of this.#panels.values()) panel.recolour();
      this.#charts.repaint();
    });
    this.#listenForDrops();
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
      const files = event.dataTransfer?.files;
      if (files !== undefined && files.length > 1) this.#complain("One file at a time, please.");
      else if (files?.[0] !== undefined) {
        void this.#open({ file: files[0] });
        if (readLink().view !== "replay")
          location.hash = linkTo({ view: "replay", parameters: this.write() });
      }
    });
  }

  #policiesChanged(box: HTMLInputElement): void {
    if (this.#chosen().length === 0) box.checked = true; // at least one
    this.#rebuild();
    this.#onChange();
    void this.#work();
  }

  #chosen(): Policy[] {
    return POLICIES.filter((policy) => this.#policyBoxes.get(policy)!.checked);
  }

  #chosenResults(): PolicyResult[] {
    return this.#chosen().map((policy) => this.#resultOf(policy));
  }

  #resultOf(policy: Policy): PolicyResult {
    const known = this.#results.get(policy) ?? { policy, search: "waiting" };
    this.#results.set(policy, known);
    return known;
  }

  #capacityAsked(): number | undefined {
    if (this.#capacityMode.value !== "fixed") return undefined;
    return this.#fixedCapacity.validity.valid ? this.#fixedCapacity.valueAsNumber : undefined;
  }

  #setCapacity(capacity: number | undefined): void {
    this.#capacityMode.value = capacity === undefined ? "smallest" : "fixed";
    this.#fixedCapacity.disabled = capacity === undefined;
    this.#fixedCapacity.value = capacity === undefined ? "" : String(capacity);
  }

  /** One in which all that have been replayed fit. */
  #suggestedCapacity(): number {
    const known = this.#chosenResults().map(({ smallest }) => smallest?.capacity ?? 1);
    return Math.max(1, ...known);
  }

  #capacityChanged(): void {
    for (const result of this.#results.values()) {
      result.nanosecondsPerOperation = undefined;
    }
    this.#onChange();
    void this.#work();
  }

  // --- opening

  async #open(source: Source): Promise<void> {
    this.#opening?.abort(new EndedError("another trace was chosen"));
    const opening = new AbortController();
    this.#opening = opening;
    const name = "file" in source ? source.file.name : source.bundled;
    this.#problem.hidden = true;
    this.#showTask(`Reading ${name}`, 0);
    this.#stop.disabled = false;
    this.#stop.textContent = "Stop";
    try {
      const session = await Session.open(
        await blobOf(source, opening.signal),
        (done) => {
          if (this.#opening === opening) this.#showTask(`Reading ${name}`, done);
        },
        opening.signal,
      );
      if (this.#opening !== opening) return session.dispose();
      this.#opening = undefined;
      this.#adopt(session, source);
    } catch (error) {
      if (this.#opening !== opening) return;
      this.#opening = undefined;
      this.#showTask("", 1);
      this.#stop.disabled = !this.#isSearching && !this.#searchIsStopped;
      this.#traceSelect.value =
        this.#source === undefined || "file" in this.#source ? "" : this.#source.bundled;
      if (!(error instanceof EndedError)) this.#complain(this.#explain(name, error as Error));
    }
  }

  #explain(name: string, error: Error): string {
    const what =
      error.name === "NotATraceError"
        ? `“${name}” is no trace: it is ${error.message}.`
        : `“${name}” cannot be read: ${error.message || error.name}.`;
    return this.#session === undefined ? what : `${what} The trace on the screen is unchanged.`;
  }

  #complain(message: string): void {
    within(this.#problem, "p", HTMLElement).textContent = message;
    this.#problem.hidden = false;
  }

  #adopt(session: Session, source: Source): void {
    this.#session?.dispose();
    this.#session = session;
    this.#source = source;
    this.#traceSelect.value = "file" in source ? "" : source.bundled;
    this.#results.clear();
    this.#isReplaying = false;
    this.#isSearching = false;
    this.#searchIsStopped = false;
    this.#stop.textContent = "Stop";
    this.#transport.pause();
    const { trace } = session;
    this.#moments = [];
    this.#startAt ??= trace.peakOperation + 1;
    this.#wanted = undefined;
    this.#describe(trace);
    byId("findings", HTMLElement).hidden = false;
    this.#rebuild();
    this.#onChange();
    void this.#work();
  }

  #describe(trace: Trace): void {
    const { format, operations, sizes, peakLiveBytes, report } = trace;
    this.#summary.textContent = `${this.#traceName}: ${format} trace, ${count(operations.length)} operations, ${count(sizes.length)} blocks, ${count(peakLiveBytes)} bytes live at the peak`;
    const lines = leftOut(report).map(([number, what]) => `${count(number)} ${what}`);
    const unread = report.unreadableLines.map(({ line, text }) => `line ${line}: ${text}`);
    const more = report.unreadable - unread.length;
    this.#leftOut.classList.toggle("empty", lines.length + unread.length === 0);
    within(this.#leftOut, "summary", HTMLElement).textContent =
      report.unreadable > 0
        ? `${count(report.unreadable)} of ${count(report.lines)} lines could not be read`
        : "Not replayed";
    within(this.#leftOut, "ul", HTMLElement).replaceChildren(
      ...[...lines, ...unread, ...(more > 0 ? [`and ${count(more)} more lines`] : [])].map((line) =>
        element("li", {}, line),
      ),
    );
  }

  // --- replaying

  /** Panels for the policies chosen, each with what is known. */
  #rebuild(): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#panels = new Map(
      this.#chosen().map((policy) => [
        policy,
        new Panel(policy, session.trace, (fraction) =>
          this.#seekTo(fraction * session.trace.operations.length),
        ),
      ]),
    );
    this.#panelsRoot.replaceChildren(...[...this.#panels.values()].map(({ root }) => root));
    this.#showAll();
  }

  /** Everything replayed so far, all pictures on one scale. */
  #showAll(): void {
    const shown = this.#chosenResults().flatMap(({ policy, replayed }) =>
      replayed === undefined ? [] : [{ policy, replayed }],
    );
    const top = Math.max(1, ...shown.map(({ replayed }) => replayed.replay.capacity));
    for (const { policy, replayed } of shown) this.#panels.get(policy)?.show(replayed, top);
    this.#charts.show(shown.map(({ policy, replayed }) => ({ policy, replay: replayed.replay })));
    const longest = shown
      .map(({ replayed }) => replayed.replay.series.operation)
      .reduce((a, b) => (b.length > a.length ? b : a), new Float64Array(0));
    if (longest.length > 0) this.#setMoments(longest);
    this.#showTable();
    this.#showMoment();
  }

  #setMoments(samples: Float64Array): void {
    const at = this.#startAt ?? this.#moments[this.#transport.position] ?? 0;
    this.#startAt = undefined;
    this.#moments = [...samples].map((operation) => operation + 1);
    this.#transport.setRange(this.#moments.length - 1, this.#nearest(at));
  }

  #nearest(operations: number): number {
    const next = this.#moments.findIndex((moment) => moment >= operations);
    if (next <= 0) return next === 0 ? 0 : this.#moments.length - 1;
    const isCloser = operations - this.#moments[next - 1]! < this.#moments[next]! - operations;
    return isCloser ? next - 1 : next;
  }

  #seekTo(operations: number): void {
    if (this.#moments.length === 0) return;
    this.#transport.pause();
    this.#transport.seek(this.#nearest(operations));
  }

  #seekAll(): void {
    const { position } = this.#transport;
    const operations = this.#moments[position];
    if (operations === undefined) return;
    for (const panel of this.#panels.values()) panel.seek(operations, position);
    this.#charts.seek(operations);
  }

  #repaint(): void {
    for (const panel of this.#panels.values()) panel.repaint();
  }

  /** Replays what has not been replayed as asked, then searches; both until nothing is left to do. */
  async #work(): Promise<void> {
    const session = this.#session;
    if (session === undefined || this.#isReplaying) return;
    this.#isReplaying = true;
    try {
      for (
        let next = this.#nextToReplay();
        next !== undefined && this.#session === session;
        next = this.#nextToReplay()
      ) {
        await this.#replayOne(session, next);
      }
    } catch (error) {
      this.#workFailed(session, error as Error);
    } finally {
      if (this.#session === session) this.#isReplaying = false;
    }
    if (this.#session === session) await this.#search(session);
  }

  #nextToReplay(): PolicyResult | undefined {
    return this.#chosenResults().find((result) => {
      const wanted = this.#capacityAsked() ?? result.smallest?.capacity;
      return result.replayed === undefined || result.replayed.replay.capacity !== wanted;
    });
  }

  async #replayOne(session: Session, result: PolicyResult): Promise<void> {
    const { policy } = result;
    const name = policyNames[policy];
    const say = (task: string, done: number) => {
      if (this.#session === session && this.#opening === undefined)
        this.#showTask(`${name}: ${task}`, done);
    };
    if (result.smallest === undefined) {
      say("how small a block will do", 0);
      this.#panels.get(policy)?.say("looking for a small block …");
      const quick = await session.quickCapacity(policy);
      result.smallest ??= quick;
      if (quick.exact) result.search = "done";
    }
    const capacity = this.#capacityAsked() ?? result.smallest.capacity;
    say("replaying", 0);
    const replayed = await session.replay(policy, capacity, (done) => say("replaying", done));
    if (this.#session !== session) return;
    result.replayed = replayed;
    result.nanosecondsPerOperation = undefined;
    say("done", 1);
    this.#showAll();
  }

  async #search(session: Session): Promise<void> {
    if (this.#isSearching || this.#searchIsStopped) return;
    this.#isSearching = true;
    this.#stop.disabled = false;
    try {
      for (
        let next = this.#nextToSearch();
        next !== undefined && this.#session === session && !this.#searchIsStopped;
        next = this.#nextToSearch()
      ) {
        await this.#searchOne(session, next);
      }
      if (this.#session === session && this.#opening === undefined && !this.#isReplaying) {
        this.#showTask(this.#searchIsStopped ? "Stopped" : "Done", 1);
      }
    } catch (error) {
      this.#workFailed(session, error as Error);
    } finally {
      if (this.#session === session) {
        this.#isSearching = false;
        this.#stop.disabled = this.#opening === undefined && !this.#searchIsStopped;
      }
    }
  }

  /** Speeds first, for they are soon known. */
  #nextToSearch(): PolicyResult | undefined {
    const results = this.#chosenResults().filter(({ replayed }) => replayed !== undefined);
    const isTimed = ({ replayed, nanosecondsPerOperation }: PolicyResult) =>
      nanosecondsPerOperation !== undefined || replayed!.replay.failure !== undefined;
    return (
      results.find((result) => !isTimed(result)) ?? results.find(({ search }) => search !== "done")
    );
  }

  async #searchOne(session: Session, result: PolicyResult): Promise<void> {
    const { policy, replayed } = result;
    const name = policyNames[policy];
    const say = (task: string, done: number) => {
      if (this.#session === session && this.#opening === undefined && !this.#isReplaying) {
        this.#showTask(`${name}: ${task}`, done);
      }
    };
    const { replay } = replayed!;
    if (result.nanosecondsPerOperation === undefined && replay.failure === undefined) {
      say("timing", 0);
      const measured = await session.nanosecondsPerOperation(policy, replay.capacity);
      if (result.replayed === replayed) result.nanosecondsPerOperation = measured;
    } else {
      result.search = 0;
      const found = await session.smallestCapacity(policy, (done) => {
        say("searching for its smallest capacity", done);
        if (typeof result.search === "number") result.search = done;
        this.#showTable();
      });
      result.smallest = found;
      result.search = "done";
      void this.#work();
    }
    this.#showTable();
  }

  #workFailed(session: Session, error: Error): void {
    if (error instanceof EndedError || this.#session !== session) return;
    this.#showTask("", 1);
    this.#complain(`The replay failed: ${error.message}`);
  }

  #stopWork(): void {
    if (this.#opening !== undefined) {
      this.#opening.abort(new EndedError("stopped"));
      return;
    }
    this.#searchIsStopped = !this.#searchIsStopped;
    this.#stop.textContent = this.#searchIsStopped ? "Go on" : "Stop";
    for (const result of this.#results.values()) {
      if (result.search !== "done") result.search = this.#searchIsStopped ? "stopped" : "waiting";
    }
    this.#showTable();
    if (!this.#searchIsStopped) {
      void this.#work();
      return;
    }
    this.#session?.stopSearching();
    this.#showTask("Stopped", 1);
  }

  #showTask(task: string, done: number): void {
    this.#progress.value = done;
    if (this.#task.textContent !== task) this.#task.textContent = task;
  }
}

/** The bytes, as a Blob, which a worker can stream without a copy being made. */
async function blobOf(source: Source, signal: AbortSignal): Promise<Blob> {
  if ("file" in source) return source.file;
  const trace = bundledTraces.find(({ name }) => name === source.bundled)!;
  const response = await fetch(trace.url, { signal });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.blob();
}

function isPolicy(name: string): name is Policy {
  return (POLICIES as readonly string[]).includes(name);
}
