// The view in which a person makes blocks and sees where they go.

import { POLICIES, type Policy } from "suballoc";
import { byId, option } from "../dom.ts";
import type { Exports } from "../export.ts";
import { policyNames } from "../names.ts";
import { Transport } from "../transport.ts";
import { type Action, decodeActions, encodeActions } from "./actions.ts";
import { captionOf } from "./caption.ts";
import { type Example, examples } from "./examples.ts";
import type { Frame, LiveBlock } from "./frame.ts";
import { showFigures, showFreeList, showLiveList } from "./lists.ts";
import { MapView } from "./map-view.ts";
import { paintAsSvg } from "./paint.ts";
import { mapShapes } from "./scene.ts";
import { Timeline } from "./timeline.ts";

const longestWatch = 4; // seconds at speed 1, however many steps there are

export class PlayPage implements Exports {
  readonly name = "suballoc-play";
  readonly #capacity = byId("capacity", HTMLInputElement);
  readonly #policy = byId("policy", HTMLSelectElement);
  readonly #example = byId("example", HTMLSelectElement);
  readonly #size = byId("size", HTMLInputElement);
  readonly #alignment = byId("alignment", HTMLInputElement);
  readonly #caption = byId("caption", HTMLElement);
  readonly #undo = byId("undo", HTMLButtonElement);
  readonly #redo = byId("redo", HTMLButtonElement);
  readonly #figures = byId("play-figures", HTMLElement);
  readonly #freeList = byId("free-list", HTMLElement);
  readonly #liveList = byId("live-list", HTMLElement);
  readonly #map: MapView;
  readonly #transport: Transport;
  readonly #onChange: () => void;
  #timeline = new Timeline(1, "first-fit");

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#map = new MapView(byId("map", HTMLElement), byId("selection", HTMLElement), (block) =>
      this.#free(block),
    );
    this.#transport = new Transport(byId("play-transport", HTMLElement), "Step of the history", {
      describe: (position, last) => `Step ${position} of ${last}`,
      rate: (last) => Math.max(3, last / longestWatch),
      onMove: () => this.#show(),
    });
    this.#policy.append(...POLICIES.map((policy) => option(policy, policyNames[policy])));
    this.#example.append(
      option("", "choose …"),
      ...examples.map(({ name }, index) => option(String(index), name)),
    );
    this.#listen();
    this.#showExample(examples[0]!);
  }

  /** What a link needs to bring back what is on the screen. */
  write(): URLSearchParams {
    return new URLSearchParams({
      c: String(this.#timeline.capacity),
      p: this.#timeline.policy,
      h: encodeActions(this.#timeline.actions),
      n: String(this.#transport.position),
      s: this.#size.value,
    });
  }

  /** @returns what is wrong with the link, if anything; then nothing changes. */
  read(parameters: URLSearchParams): string | undefined {
    if (!parameters.has("c")) return undefined;
    const actions = decodeActions(parameters.get("h") ?? "");
    const policy = parameters.get("p") ?? "first-fit";
    if (actions === undefined || !isPolicy(policy)) return "This link is damaged.";
    try {
      this.#replace(new Timeline(Number(parameters.get("c")), policy, actions));
    } catch (error) {
      return `This link is damaged: ${(error as Error).message}.`;
    }
    this.#size.value = parameters.get("s") ?? this.#size.value;
    this.#transport.seek(Number(parameters.get("n") ?? this.#transport.last));
    return undefined;
  }

  async svg(): Promise<string> {
    const { layout } = this.#map;
    const shapes = mapShapes(this.#frame, layout);
    const title = `${policyNames[this.#timeline.policy]} in a block of ${this.#timeline.capacity}`;
    const caption = captionOf(this.#frame, this.#timeline.policy);
    return paintAsSvg(title, caption, layout.width, layout.height, shapes);
  }

  async json(): Promise<object> {
    const { capacity, policy, actions } = this.#timeline;
    const { stats, live, free } = this.#frame;
    return {
      capacity,
      policy,
      actions,
      step: this.#transport.position,
      liveBlocks: live,
      freeBlocks: free,
      freeMemory: stats.freeMemory,
      largestFreeBlock: stats.largestFreeBlock,
      externalFragmentation: stats.externalFragmentation,
    };
  }

  get #frame(): Frame {
    return this.#timeline.frames[this.#transport.position]!;
  }

  #listen(): void {
    const on = (id: string, act: () => void) =>
      byId(id, HTMLButtonElement).addEventListener("click", act);
    byId("play-setup", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#setUp();
    });
    byId("play-allocate", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#perform({
        kind: "allocate",
        size: this.#size.valueAsNumber,
        alignment: this.#alignment.valueAsNumber,
      });
    });
    this.#capacity.addEventListener("change", () => this.#setUp());
    this.#policy.addEventListener("change", () => this.#setUp());
    this.#size.addEventListener("change", this.#onChange);
    this.#example.addEventListener("change", () => {
      const chosen = examples[Number(this.#example.value)];
      if (this.#example.value !== "" && chosen !== undefined) this.#showExample(chosen);
    });
    on("start-over", () => {
      this.#replace(new Timeline(this.#timeline.capacity, this.#timeline.policy));
      this.#example.value = "";
    });
    on("fill", () => {
      if (this.#size.reportValidity()) {
        this.#perform({ kind: "fill", size: this.#size.valueAsNumber });
      }
    });
    on("free-half", () => this.#perform({ kind: "free-half" }));
    on("defragment", () => this.#perform({ kind: "defragment" }));
    on("undo", () => this.#goTo(this.#timeline.before(this.#transport.position)));
    on("redo", () => this.#goTo(this.#timeline.after(this.#transport.position)));
  }

  /** Keys that work anywhere in the view. @returns whether it was one */
  onKey(event: KeyboardEvent): boolean {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) this.#undo.click();
    else if (key === "y" || key === "z") this.#redo.click();
    else return false;
    return true;
  }

  #goTo(position: number): void {
    this.#transport.pause();
    this.#transport.seek(position);
  }

  #free({ id }: LiveBlock): void {
    this.#perform({ kind: "free", id });
  }

  /** In the present, or in the past, whose future is then forgotten. */
  #perform(action: Action): void {
    this.#transport.pause();
    const { position } = this.#transport;
    let timeline = this.#timeline;
    if (position < timeline.frames.length - 1) timeline = timeline.upTo(position);
    try {
      timeline.perform(action);
    } catch (error) {
      if (timeline !== this.#timeline) timeline.dispose();
      this.#caption.textContent = (error as Error).message;
      return;
    }
    this.#replace(timeline);
    if (timeline.frames.length - 1 > position + 1) this.#watchFrom(position);
  }

  /** An action of many steps is played, unless the person wants little to move. */
  #watchFrom(position: number): void {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.#transport.seek(position);
    this.#transport.play();
  }

  /** The same history in another block. */
  #setUp(): void {
    if (!this.#capacity.reportValidity()) return;
    const policy = this.#policy.value as Policy;
    const { actions } = this.#timeline;
    const before = { position: this.#transport.position, last: this.#transport.last };
    this.#replace(new Timeline(this.#capacity.valueAsNumber, policy, actions));
    if (before.position < before.last && this.#transport.last === before.last) {
      this.#transport.seek(before.position);
    }
  }

  #showExample({ capacity, policy, actions, step }: Example): void {
    const present = (this.#policy.value || "first-fit") as Policy;
    this.#replace(new Timeline(capacity, policy ?? present, decodeActions(actions)));
    if (step !== undefined) this.#transport.seek(step);
  }

  /** Shows the end of this history. */
  #replace(timeline: Timeline): void {
    if (timeline !== this.#timeline) this.#timeline.dispose();
    this.#timeline = timeline;
    this.#capacity.value = String(timeline.capacity);
    this.#policy.value = timeline.policy;
    const last = timeline.frames.length - 1;
    this.#transport.pause();
    this.#transport.setRange(last, last);
    this.#show();
  }

  #show(): void {
    const frame = this.#frame;
    const { position, last } = this.#transport;
    this.#caption.textContent = captionOf(frame, this.#timeline.policy);
    this.#map.show(frame);
    showFigures(this.#figures, frame);
    showFreeList(this.#freeList, frame);
    showLiveList(this.#liveList, frame, (block) => this.#free(block));
    this.#undo.setAttribute("aria-disabled", String(position === 0));
    this.#redo.setAttribute("aria-disabled", String(position === last));
    this.#onChange();
  }
}

function isPolicy(name: string): name is Policy {
  return (POLICIES as readonly string[]).includes(name);
}
