// The blocks of a trace as a person asks for them: which one lies here, which is next to it, what is known of it.
//
// A block that operation `birth` allocates and operation `death` frees is live at the moments after birth + 1 … death
// operations.

import type { Replay } from "../../src/replay/replay.ts";
import { deathsOf, type Trace } from "../../src/trace/trace.ts";

/** A part of a picture: moments and addresses. */
export interface Area {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

export interface BlockFacts {
  readonly size: number;
  readonly address: number;
  readonly alignment: number;
  /** The empty string if it has none; so with call sites. */
  readonly label: string;
  /** Frames, innermost first. */
  readonly site: readonly string[];
  /** Operations since it was allocated. */
  readonly age: number;
  /** The same in µs, if the trace tells. */
  readonly ageMicroseconds: number | undefined;
  /** Operations until it is freed; undefined if it never is. */
  readonly left: number | undefined;
}

type Placed = Pick<Replay, "addresses" | "operations">;
type Includes = (id: number) => boolean;

const all: Includes = () => true;

export class Blocks {
  readonly trace: Trace;
  readonly births: Int32Array;
  readonly deaths: Int32Array;

  constructor(trace: Trace) {
    this.trace = trace;
    this.deaths = deathsOf(trace);
    this.births = new Int32Array(trace.sizes.length);
    trace.operations.forEach((operation, index) => {
      if (operation >= 0) this.births[operation] = index;
    });
  }

  isLive(id: number, operations: number): boolean {
    return this.births[id]! < operations && operations <= this.deaths[id]!;
  }

  /**
   * The block in the middle of an area; where there is none, the one that fills most of it. Blocks that are not included
   * come second. O(blocks).
   */
  in(area: Area, { addresses, operations }: Placed, includes = all): number | undefined {
    const { sizes } = this.trace;
    const { births, deaths } = this;
    const middle = { moment: (area.from + area.to) / 2, address: (area.low + area.high) / 2 };
    const until = Math.min(area.to, operations);
    let best: number | undefined;
    let most = 0;
    for (let id = 0; id < sizes.length; id++) {
      const address = addresses[id]!;
      const end = address + sizes[id]!;
      if (address >= area.high || end <= area.low || address < 0) continue;
      const birth = births[id]!;
      const death = deaths[id]!;
      if (birth >= until || death <= area.from) continue;
      const isInTheMiddle =
        address <= middle.address &&
        middle.address < end &&
        birth < middle.moment &&
        middle.moment <= death;
      const wide = (Math.min(death, until) - Math.max(birth, area.from)) / (area.to - area.from);
      const high =
        (Math.min(end, area.high) - Math.max(address, area.low)) / (area.high - area.low);
      const rank = wide * high + (isInTheMiddle ? 1 : 0) + (includes(id) ? 2 : 0);
      if (rank <= most) continue;
      best = id;
      most = rank;
    }
    return best;
  }

  /** The live block that comes next above an address, or below it, at some moment. O(blocks). */
  next(
    direction: "up" | "down",
    address: number,
    moment: number,
    { addresses, operations }: Placed,
    includes = all,
  ): number | undefined {
    let best: number | undefined;
    const sign = direction === "up" ? 1 : -1;
    for (let id = 0; id < addresses.length; id++) {
      const distance = sign * (addresses[id]! - address);
      if (distance <= 0 || addresses[id]! < 0) continue;
      if (best !== undefined && distance >= sign * (addresses[best]! - address)) continue;
      if (this.isLive(id, Math.min(moment, operations)) && includes(id)) best = id;
    }
    return best;
  }

  /** What is known of a block at a moment of its life. */
  facts(id: number, moment: number, { addresses }: Placed): BlockFacts {
    const { sizes, alignments, labels, sites, times } = this.trace;
    const birth = this.births[id]!;
    const death = this.deaths[id]!;
    const site = sites.names[sites.of[id]!]!;
    const done = Math.max(birth, Math.min(Math.floor(moment), death) - 1);
    return {
      size: sizes[id]!,
      address: addresses[id]!,
      alignment: alignments[id]!,
      label: labels.names[labels.of[id]!]!,
      site: site === "" ? [] : site.split("\n"),
      age: done - birth,
      ageMicroseconds: times && times[done]! - times[birth]!,
      left: death === this.trace.operations.length ? undefined : death - done,
    };
  }
}
