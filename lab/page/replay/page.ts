// The view in which a recorded program is replayed, policy beside policy: ties together what is opened, what is asked
// for, what is done about it, and what is shown.

import { count } from "../../src/draw/format.ts";
import { sizeClasses } from "../../src/draw/size-classes.ts";
import { resultsAsJson } from "../../src/replay/json.ts";
import type { Measurement } from "../../src/replay/measure.ts";
import { byId, element, oncePerFrame, within } from "../dom.ts";
import type { Exports } from "../export.ts";
import { linkTo, readLink } from "../link.ts";
import { onThemeChange } from "../theme.ts";
import { Transport } from "../transport.ts";
import { AdviceView } from "./advice-view.ts";
import { bundledTraces } from "./bundled.ts";
import { Charts } from "./charts.ts";
import { Controls } from "./controls.ts";
import { isSame } from "./filter.ts";
import { HoldersView } from "./holders-view.ts";
import { type LinkState, readLinkState, writeLinkState } from "./link-state.ts";
import { Moments } from "./moments.ts";
import { nameOf, Opener, type Source } from "./opener.ts";
import { Panels } from "./panels.ts";
import { describeJob, ProgressView } from "./progress.ts";
import { showResults } from "./results-table.ts";
import { Runner } from "./runner.ts";
import type { Session } from "./session.ts";
import { describeTrace } from "./summary.ts";
import { ask, begin, choose, goOn, type PolicyResult, resultsOf, type Work } from "./work.ts";
import type { Replayed } from "./worker.ts";

const wholeTraceSeconds = 12; // at speed 1

export class ReplayPage implements Exports {
  readonly #tableBody = within(byId("results", HTMLElement), "tbody", HTMLElement);
  readonly #opener: Opener;
  readonly #controls: Controls;
  readonly #progress = new ProgressView(() => this.#stopOrGoOn());
  readonly #transport: Transport;
  readonly #panels: Panels;
  readonly #charts: Charts;
  readonly #holders: HoldersView;
  readonly #advice = new AdviceView();
  readonly #onChange: () => void;
  readonly #showMoment = oncePerFrame(() => this.#seekAll());
  readonly #showLook = oncePerFrame(() => {
    this.#charts.look(this.#panels.view);
    this.#holders.filter = this.#panels.filter;
  });
  readonly #showTable = oncePerFrame(() =>
    showResults(this.#tableBody, this.#session?.trace, this.#results),
  );

  #runner: Runner | undefined;
  /** The file a link asks for but cannot carry. */
  #wanted: string | undefined;
  /** Operations done at the moment to show as soon as there is one. */
  #startAt: number | undefined;
  /** How a link wants a trace looked at that is not open yet. */
  #lookWhenOpen: Pick<LinkState, "view" | "only"> | undefined;
  #moments = new Moments();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#transport = new Transport(byId("replay-transport", HTMLElement), "Moment of the trace", {
      describe: (position, last) =>
        last === 0
          ? "no trace yet"
          : `${count(this.#moments.at(position)!)} of ${count(this.#moments.at(last)!)} operations`,
      rate: (last) => last / wholeTraceSeconds,
      onMove: () => {
        this.#showMoment();
        if (!this.#transport.playing) this.#onChange();
      },
      onPlay: (playing) => {
        if (!playing) this.#onChange();
      },
    });
    this.#panels = new Panels({
      onSeek: (operations) => this.#seekTo(operations),
      onStep: (positions) => {
        this.#transport.pause();
        this.#transport.seek(this.#transport.position + positions);
      },
      onLook: () => {
        this.#showLook();
        this.#onChange();
      },
    });
    this.#holders = new HoldersView((filter) => {
      this.#panels.filter = isSame(filter, this.#panels.filter) ? undefined : filter;
    });
    this.#charts = new Charts(byId("charts", HTMLElement), (operations) =>
      this.#seekTo(operations),
    );
    this.#controls = new Controls({
      onPolicies: () => this.#policiesChanged(),
      onCapacity: () => this.#capacityChanged(),
      suggestCapacity: () =>
        Math.max(1, ...this.#results.map(({ smallest }) => smallest?.capacity ?? 1)),
    });
    this.#opener = new Opener({
      onProgress: (name, done) => this.#reading(name, done),
      onOpen: (session, source) => this.#adopt(session, source),
      onGivenUp: (message) => this.#openingEnded(message),
      onDrop: () => {
        if (readLink().view !== "replay")
          location.hash = linkTo({ view: "replay", parameters: this.write() });
      },
      onProblem: (message) => this.#progress.complain(message),
    });
    this.#fillLegend();
    onThemeChange(() => {
      this.#panels.recolour();
      this.#charts.repaint();
    });
  }

  get name(): string {
    return `suballoc-${this.#traceName.replace(/[^\w.-]+/g, "-")}`;
  }

  /** Loads the first trace if there is none yet. */
  enter(): void {
    if (this.#runner !== undefined || this.#opener.isOpening) return;
    if (this.#wanted === undefined) void this.#opener.open({ bundled: bundledTraces[0]!.name });
  }

  leave(): void {
    this.#transport.pause();
  }

  write(): URLSearchParams {
    const { opened } = this.#opener;
    const traceOpened =
      opened === undefined || "bundled" in opened ? opened : { file: nameOf(opened) };
    return writeLinkState({
      trace: this.#wanted === undefined ? traceOpened : { file: this.#wanted },
      policies: this.#controls.policies,
      capacity: this.#controls.capacity,
      at: this.#moments.at(this.#transport.position) ?? this.#startAt,
      speed: this.#transport.speed,
      only: this.#panels.filter,
      view: this.#panels.view,
    });
  }

  read(parameters: URLSearchParams): string | undefined {
    const { trace, policies, capacity, at, speed, ...look } = readLinkState(parameters);
    if (policies.length > 0) this.#controls.policies = policies;
    this.#controls.capacity = capacity;
    this.#transport.speed = speed;
    this.#startAt = at;
    this.#lookWhenOpen = look;
    const isOpen = trace !== undefined && nameOf(trace) === this.#traceName;
    if (trace !== undefined && "bundled" in trace) {
      if (!bundledTraces.some(({ name }) => name === trace.bundled))
        return `This link names a trace that does not come with the page: “${trace.bundled}”.`;
      if (!isOpen) void this.#opener.open(trace);
    } else if (trace !== undefined && !isOpen) {
      this.#wanted = trace.file;
      this.#progress.complain(
        `This link was made with the file “${trace.file}”, which a link cannot carry. Choose it, and the rest comes back as it was.`,
      );
    }
    if (trace === undefined || isOpen) this.#askAgain();
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
    return this.#results.flatMap(({ policy, smallest, replayed, nanosecondsPerOperation }) =>
      smallest === undefined || replayed === undefined
        ? []
        : [{ policy, smallest, replay: replayed.replay, nanosecondsPerOperation }],
    );
  }

  get #session(): Session | undefined {
    return this.#runner?.session;
  }

  get #results(): PolicyResult<Replayed>[] {
    return this.#runner === undefined ? [] : resultsOf(this.#runner.work);
  }

  get #traceName(): string {
    const { opened } = this.#opener;
    return opened === undefined ? "" : nameOf(opened);
  }

  // --- what is asked for

  #policiesChanged(): void {
    this.#rebuild();
    this.#onChange();
    this.#runner?.update((work) => choose(work, this.#controls.policies));
    this.#showAll();
  }

  #capacityChanged(): void {
    this.#onChange();
    this.#runner?.update((work) => ask(work, this.#controls.capacity));
  }

  /** Policies, capacity and moment as a link has them. */
  #askAgain(): void {
    const runner = this.#runner;
    if (runner === undefined) return;
    this.#rebuild();
    const { policies, capacity } = this.#controls;
    runner.update((work) => ask(choose(work, policies), capacity));
    this.#showAll();
    this.#panels.lookAt(this.#lookWhenOpen?.view, this.#lookWhenOpen?.only);
    this.#lookWhenOpen = undefined;
    if (this.#startAt !== undefined) this.#seekTo(this.#startAt);
  }

  #stopOrGoOn(): void {
    if (this.#opener.isOpening) this.#opener.giveUp();
    else if (this.#runner?.work.isStopped) this.#runner.update(goOn);
    else this.#runner?.stop();
  }

  // --- opening

  #reading(name: string, done: number): void {
    if (done === 0) this.#progress.forgive();
    this.#progress.show(`Reading ${name}`, done);
    this.#progress.allow("stop");
  }

  #openingEnded(message: string | undefined): void {
    this.#progress.show("", 1);
    this.#showProgress();
    if (message === undefined) return;
    const isUnchanged = this.#session !== undefined;
    this.#progress.complain(
      isUnchanged ? `${message} The trace on the screen is unchanged.` : message,
    );
  }

  #adopt(session: Session, source: Source): void {
    this.#runner?.end();
    this.#transport.pause();
    this.#wanted = undefined;
    this.#moments = new Moments();
    this.#startAt ??= session.trace.peakOperation + 1;
    describeTrace(nameOf(source), session.trace);
    byId("findings", HTMLElement).hidden = false;
    const { policies, capacity } = this.#controls;
    const runner = new Runner(
      session,
      begin<Replayed>(policies, capacity),
      (before) => {
        if (this.#runner === runner) this.#workChanged(before);
      },
      (error) => {
        if (this.#runner === runner) this.#progress.complain(`The replay failed: ${error.message}`);
      },
    );
    this.#runner = runner;
    const { view, only } = this.#lookWhenOpen ?? {};
    this.#lookWhenOpen = undefined;
    this.#panels.open(session.trace, (...part) => session.raster(...part), view, only);
    this.#holders.open(session.trace);
    this.#holders.filter = this.#panels.filter;
    this.#charts.look(this.#panels.view);
    this.#rebuild();
    this.#advice.show(runner.work);
    this.#onChange();
    runner.update((work) => work);
  }

  // --- what is done

  #workChanged(before: Work<Replayed>): void {
    const { work } = this.#runner!;
    const job = work.running.viewer;
    if (job?.kind === "bound" && job !== before.running.viewer)
      this.#panels.say(job.policy, "looking for a small block …");
    const isReplayed = work.policies.some(
      (policy) => work.results.get(policy)?.replayed !== before.results.get(policy)?.replayed,
    );
    if (isReplayed) this.#showAll();
    else this.#showTable();
    this.#advice.show(work);
    this.#showProgress();
  }

  #showProgress(): void {
    if (this.#opener.isOpening || this.#runner === undefined) return;
    const { running, done, isStopped, hasFailed } = this.#runner.work;
    const worker = running.viewer === undefined ? "searcher" : "viewer";
    const job = running[worker];
    if (job !== undefined) this.#progress.show(describeJob(job), done[worker]);
    else this.#progress.show(hasFailed ? "" : isStopped ? "Stopped" : "Done", 1);
    this.#progress.allow(isStopped ? "go on" : job === undefined ? undefined : "stop");
  }

  // --- what is shown

  /** Panels for the policies chosen, each with what is known. */
  #rebuild(): void {
    if (this.#session !== undefined) this.#panels.rebuild(this.#controls.policies);
  }

  /** Everything replayed so far, all pictures on one scale. */
  #showAll(): void {
    const shown = this.#results.flatMap(({ policy, replayed }) =>
      replayed === undefined ? [] : [{ policy, replayed }],
    );
    this.#panels.show(shown);
    this.#charts.show(shown.map(({ policy, replayed }) => ({ policy, replay: replayed.replay })));
    const longest = shown
      .map(({ replayed }) => replayed.replay.series.operation)
      .reduce((a, b) => (b.length > a.length ? b : a), new Float64Array(0));
    if (longest.length > 0) this.#setMoments(new Moments(longest));
    this.#showTable();
    this.#showMoment();
  }

  #setMoments(moments: Moments): void {
    const at = this.#startAt ?? this.#moments.at(this.#transport.position) ?? 0;
    this.#startAt = undefined;
    this.#moments = moments;
    this.#transport.setRange(moments.last, moments.nearest(at));
  }

  #seekTo(operations: number): void {
    if (this.#moments.last < 0) return;
    this.#transport.pause();
    this.#transport.seek(this.#moments.nearest(operations));
  }

  #seekAll(): void {
    const { position } = this.#transport;
    const operations = this.#moments.at(position);
    if (operations === undefined) return;
    this.#panels.seek(operations, position);
    this.#charts.seek(operations);
    this.#holders.seek(operations);
  }

  #fillLegend(): void {
    byId("size-legend", HTMLElement).append(
      ...sizeClasses.map(({ label }, index) => {
        const swatch = element("span", { className: "swatch" });
        swatch.style.background = `var(--class-${index})`;
        return element("li", {}, swatch, label);
      }),
      element("li", {}, "time to the right, addresses upwards; the paler, the less is live"),
    );
  }
}
