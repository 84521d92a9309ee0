// The view that steps through malloc and free on a real heap and shows its bytes.

import { count } from "../../src/draw/format.ts";
import { byId, element, option, within } from "../dom.ts";
import type { Exports } from "../export.ts";
import { Transport } from "../transport.ts";
import { type Action, decodeActions, encodeActions } from "./actions.ts";
import { type Example, examples } from "./examples.ts";
import { partsOf } from "./hex-rows.ts";
import { showBytes } from "./hex-view.ts";
import { History, rooms } from "./history.ts";
import { showBins, showFigures, showSections, showStacks } from "./lists.ts";
import { HeapMap } from "./map.ts";
import { mapAsSvg } from "./map-export.ts";
import { firstOf, hex, type Moment } from "./moment.ts";
import { describe, type MapStretch, stretchesOf } from "./stretches.ts";
import markup from "./view.html?raw";

const stepsASecond = 1;
const alignments = [32, 64, 128, 256, 512, 1024, 4096];

export class InsidePage implements Exports {
  readonly name = "suballoc-inside-malloc";
  readonly #onChange: () => void;
  readonly #example: HTMLSelectElement;
  readonly #room: HTMLSelectElement;
  readonly #size: HTMLInputElement;
  readonly #alignment: HTMLSelectElement;
  readonly #caption: HTMLElement;
  readonly #selection: HTMLElement;
  readonly #free: HTMLButtonElement;
  readonly #realloc: HTMLButtonElement;
  readonly #map: HeapMap;
  readonly #transport: Transport;
  #history: History;
  /** Start of the block that is looked at. */
  #selected = 0;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    byId("inside", HTMLElement).innerHTML = markup;
    this.#example = byId("inside-example", HTMLSelectElement);
    this.#room = byId("inside-room", HTMLSelectElement);
    this.#size = byId("inside-size", HTMLInputElement);
    this.#alignment = byId("inside-alignment", HTMLSelectElement);
    this.#caption = byId("inside-caption", HTMLElement);
    this.#selection = within(byId("inside-selection", HTMLElement), "p", HTMLElement);
    this.#free = byId("inside-free", HTMLButtonElement);
    this.#realloc = byId("inside-realloc", HTMLButtonElement);
    this.#example.append(
      option("", "choose …"),
      ...examples.map(({ name }, index) => option(String(index), name)),
    );
    this.#room.append(...rooms.map((room) => option(String(room), `${room} KiB`)));
    this.#alignment.append(...alignments.map((one) => option(String(one), count(one))));
    this.#alignment.value = "64";
    const svg = within(byId("inside-map", HTMLElement), "svg", SVGSVGElement);
    this.#map = new HeapMap(svg, {
      onSelect: (start) => this.#select(start),
      onPress: (stretch, isDelete) => this.#press(stretch, isDelete),
    });
    this.#transport = new Transport(byId("inside-transport", HTMLElement), "Step of the history", {
      describe: (position, last) => `Step ${position} of ${last}`,
      rate: () => stepsASecond,
      onMove: () => this.#showMoment(),
    });
    this.#history = new History(16);
    this.#listen();
    this.#showExample(examples[0]!);
    this.#example.value = "0";
  }

  /** What a link needs to bring back what is on the screen. */
  write(): URLSearchParams {
    return new URLSearchParams({
      k: String(this.#history.room),
      h: encodeActions(this.#history.actions),
      n: String(this.#transport.position),
      b: String(this.#selected - firstOf(this.#moment.heap)),
      s: this.#size.value,
    });
  }

  /** @returns what is wrong with the link, if anything; then nothing changes. */
  read(parameters: URLSearchParams): string | undefined {
    if (!parameters.has("h")) return undefined;
    const actions = decodeActions(parameters.get("h") ?? "");
    const room = Number(parameters.get("k") ?? 16);
    if (actions === undefined || !(rooms as readonly number[]).includes(room))
      return "This link is damaged.";
    try {
      this.#replace(new History(room, actions));
    } catch (error) {
      return `This link is damaged: ${(error as Error).message}`;
    }
    this.#size.value = parameters.get("s") ?? this.#size.value;
    this.#example.value = "";
    this.#transport.seek(Number(parameters.get("n") ?? this.#transport.last) || 0);
    const start = firstOf(this.#moment.heap) + Number(parameters.get("b") ?? Number.NaN);
    if (stretchesOf(this.#moment).some((stretch) => stretch.start === start)) this.#select(start);
    return undefined;
  }

  async svg(): Promise<string> {
    const svg = within(byId("inside-map", HTMLElement), "svg", SVGSVGElement);
    return mapAsSvg(svg, this.#moment.caption.sentence);
  }

  async json(): Promise<object> {
    const { heap, caption, allocations } = this.#moment;
    return {
      actions: this.#history.actions,
      step: this.#transport.position,
      caption,
      allocations: allocations.filter((one) => one !== undefined),
      heap,
    };
  }

  /** Keys that work anywhere in the view. @returns whether it was one */
  onKey(event: KeyboardEvent): boolean {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) this.#goTo(this.#transport.position - 1);
    else if (key === "y" || key === "z") this.#goTo(this.#transport.position + 1);
    else return false;
    return true;
  }

  get #moment(): Moment {
    return this.#history.moments[this.#transport.position]!;
  }

  #listen(): void {
    const on = (id: string, act: () => void) =>
      byId(id, HTMLButtonElement).addEventListener("click", act);
    /** With the size that was typed in. */
    const withSize = (actionOf: (size: number) => Action | undefined) => () => {
      if (!this.#size.reportValidity()) return;
      const action = actionOf(this.#size.valueAsNumber);
      if (action !== undefined) this.#perform(action);
    };
    byId("inside-setup", HTMLFormElement).addEventListener("submit", (event) =>
      event.preventDefault(),
    );
    byId("inside-call", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      withSize((size) => ({ kind: "malloc", size }))();
    });
    on(
      "inside-calloc",
      withSize((size) => ({ kind: "calloc", count: 1, size })),
    );
    on(
      "inside-aligned",
      withSize((size) => ({ kind: "aligned", alignment: Number(this.#alignment.value), size })),
    );
    on(
      "inside-realloc",
      withSize((size) => {
        const id = this.#selectedStretch?.allocation?.id;
        return id === undefined ? undefined : { kind: "realloc", id, size };
      }),
    );
    on("inside-free", () => {
      const stretch = this.#selectedStretch;
      if (stretch !== undefined) this.#freeBlock(stretch);
    });
    this.#size.addEventListener("input", () => {
      this.#showSelection();
      this.#onChange();
    });
    this.#example.addEventListener("change", () => {
      const chosen = examples[Number(this.#example.value)];
      if (this.#example.value !== "" && chosen !== undefined) this.#showExample(chosen);
    });
    const startOver = () => {
      this.#replace(new History(Number(this.#room.value)));
      this.#example.value = "";
    };
    this.#room.addEventListener("change", startOver);
    on("inside-start-over", startOver);
  }

  #goTo(position: number): void {
    this.#transport.pause();
    this.#transport.seek(position);
  }

  #showExample({ room, actions, step }: Example): void {
    this.#replace(new History(room, decodeActions(actions)));
    if (step !== undefined) this.#transport.seek(step);
  }

  /** Shows the end of this history. */
  #replace(history: History): void {
    this.#history = history;
    this.#room.value = String(history.room);
    this.#showEnd();
  }

  #showEnd(): void {
    const last = this.#history.moments.length - 1;
    this.#transport.pause();
    this.#transport.setRange(last, last);
    this.#showMoment();
  }

  /** In the present, or in the past, whose future is then forgotten. */
  #perform(action: Action): void {
    try {
      this.#history.cut(this.#transport.position);
      this.#history.perform(action);
    } catch (error) {
      this.#showCaption((error as Error).message, []);
      return;
    }
    this.#example.value = "";
    this.#showEnd();
  }

  #press(stretch: MapStretch, isDelete: boolean): void {
    const mode = document.querySelector<HTMLInputElement>('input[name="inside-press"]:checked');
    const frees = isDelete || mode?.value === "free";
    if (frees && stretch.state !== "unused") this.#freeBlock(stretch);
    else this.#select(stretch.start);
  }

  /** Calls free with the pointer of the block that is or was the first one there, or else with where it starts. */
  #freeBlock({ start, size, allocation }: MapStretch): void {
    const former = this.#moment.allocations
      .filter((one) => one !== undefined && one.pointer >= start && one.pointer < start + size)
      .sort((a, b) => a!.pointer - b!.pointer)[0];
    const known = allocation ?? former;
    this.#perform(
      known === undefined
        ? { kind: "free-at", offset: start - firstOf(this.#moment.heap) }
        : { kind: "free", id: known.id, offset: 0 },
    );
  }

  get #selectedStretch(): MapStretch | undefined {
    return stretchesOf(this.#moment).find(({ start }) => start === this.#selected);
  }

  #select(start: number): void {
    this.#selected = start;
    this.#showSelected();
    this.#onChange();
  }

  #showMoment(): void {
    const moment = this.#moment;
    this.#showCaption(moment.caption.sentence, moment.caption.details);
    const stretches = stretchesOf(moment);
    const focused = stretches.find(
      ({ start, size }) => moment.focus >= start && moment.focus < start + size,
    );
    this.#selected = (focused ?? stretches[0])?.start ?? 0;
    showSections(byId("inside-sections", HTMLElement), moment);
    showFigures(byId("inside-figures", HTMLElement), moment);
    this.#showSelected();
    this.#onChange();
  }

  #showCaption(sentence: string, details: readonly string[]): void {
    within(this.#caption, "p", HTMLElement).textContent = sentence;
    within(this.#caption, "ul", HTMLElement).replaceChildren(
      ...details.map((detail) => element("li", {}, detail)),
    );
  }

  #showSelected(): void {
    const moment = this.#moment;
    const onSelect = (start: number) => this.#select(start);
    this.#map.show(moment, this.#selected);
    this.#showSelection();
    const bytes = this.#history.bytesAt(this.#transport.position);
    const table = byId("inside-bytes", HTMLTableElement);
    showBytes(table, partsOf(moment, this.#selected), bytes, moment.changed);
    this.#showControl(bytes);
    showStacks(byId("inside-stacks", HTMLElement), moment, this.#selected, onSelect);
    showBins(byId("inside-bins", HTMLElement), moment, this.#selected, onSelect);
  }

  #showControl(bytes: Uint8Array): void {
    const { heap, changed } = this.#moment;
    const fields = heap.control;
    const from = fields[0]!.address;
    const to = fields.at(-1)!.address + 4;
    const rows = Array.from({ length: Math.ceil((to - from) / 16) }, (_, i) => ({
      ...{ kind: "bytes" as const, address: from + 16 * i },
    }));
    const title = "As they stand at the start of the heap";
    const part = { title, name: "control" as const, rows, fields, from, to };
    const table = within(byId("inside-control", HTMLElement), "table", HTMLTableElement);
    showBytes(table, [part], bytes, changed);
  }

  #showSelection(): void {
    const stretch = this.#selectedStretch;
    this.#selection.textContent = stretch === undefined ? "" : describe(stretch);
    const pointer = stretch?.allocation?.pointer ?? stretch?.start ?? 0;
    this.#free.textContent = `free(${hex(pointer)})`;
    this.#free.disabled = stretch === undefined || stretch.state === "unused";
    this.#realloc.textContent = `realloc(${hex(pointer)}, ${this.#size.value || "…"})`;
    this.#realloc.disabled = stretch?.allocation === undefined;
  }
}
