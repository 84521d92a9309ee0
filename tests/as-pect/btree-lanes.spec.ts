// Lanes: every function against a plain loop, for every position and count, without a byte changed outside the arrays.

import {
  ARRAY,
  fillLanes,
  greatest,
  greatestWith,
  LANE,
  LANES,
  lanesAtLeast,
  MAX_KEY,
  moveLanes,
  pairsAtLeast,
  shareLanes,
} from "../../assembly/btree/lanes";
import { random, seedRandom } from "./support/random";

const SEED: u32 = 271828183;
seedRandom(SEED);

/** Three arrays in a row, with a margin on either side; the third is the right one of two to share. */
const MARGIN: usize = 64;
const area: usize = memory.data(64 + 3 * 128 + 64, 64);
const lanes: usize = area + MARGIN;
const other: usize = lanes + 2 * ARRAY;
const model = new StaticArray<Num>(48);

let wrong: string = "";
function note(what: string, at: u32): void {
  if (!wrong.length) wrong = what + " at " + at.toString();
}
beforeEach(() => {
  wrong = "";
});

/** A number of every kind there is: small, equal to others, and at the ends of what Num holds. */
function number(): Num {
  const kind = random(5);
  if (kind < 3) return random(8);
  if (isFloat<Num>())
    return kind == 3 ? <Num>9007199254740989 + random(3) : <Num>4294967290 + random(12);
  return kind == 3 ? <Num>2147483647 + random(3) : <Num>random(u32.MAX_VALUE);
}

function fill(): void {
  memory.fill(area, 0xa5, MARGIN + 3 * ARRAY + MARGIN);
  for (let i: u32 = 0; i < 3 * LANES; i++) {
    model[i] = number();
    store<Num>(lanes + i * LANE, model[i]);
  }
}

function compare(what: string, at: u32): void {
  for (let i: u32 = 0; i < 3 * LANES; i++)
    if (load<Num>(lanes + i * LANE) != model[i]) note(what, at);
  for (let i: usize = 0; i < MARGIN; i++) {
    if (load<u8>(area + i) != 0xa5) note(what + ", before", at);
    if (load<u8>(lanes + 3 * ARRAY + i) != 0xa5) note(what + ", after", at);
  }
}

describe("lanes", () => {
  it("compares every lane with a key", () => {
    for (let round: u32 = 0; round < 200; round++) {
      fill();
      const key = number();
      let expected: u32 = 0;
      for (let i: u32 = 0; i < LANES; i++) if (model[i] >= key) expected |= 1 << i;
      if (lanesAtLeast(lanes, key) != expected) note("lanesAtLeast", round);
      compare("lanesAtLeast", round);
    }
    expect<string>(wrong).toBe("");
  });

  it("compares every pair with a pair", () => {
    for (let round: u32 = 0; round < 400; round++) {
      fill();
      const high = number();
      const low = number();
      let expected: u32 = 0;
      for (let i: u32 = 0; i < LANES; i++) {
        const isEqual = model[i] == high && model[i + LANES] >= low;
        if (model[i] > high || isEqual) expected |= 1 << i;
      }
      if (pairsAtLeast(lanes, high, low) != expected) note("pairsAtLeast", round);
    }
    expect<string>(wrong).toBe("");
  });

  it("finds the greatest lane, also with another number in any of them", () => {
    for (let round: u32 = 0; round < 20; round++) {
      for (let at: u32 = 0; at < LANES; at++) {
        fill();
        const value = number();
        let most: Num = 0;
        let mostWith: Num = value;
        for (let i: u32 = 0; i < LANES; i++) {
          most = max<Num>(most, model[i]);
          if (i != at) mostWith = max<Num>(mostWith, model[i]);
        }
        if (greatest(lanes) != most) note("greatest", at);
        if (greatestWith(lanes, at, value) != mostWith) note("greatestWith", at);
      }
    }
    expect<string>(wrong).toBe("");
  });

  it("moves lanes of two or three arrays up by one, down by one or two, and fills all", () => {
    for (let arrays: u32 = 2; arrays <= 3; arrays++) {
      for (let by: i32 = -2; by <= 1; by++) {
        for (let at: u32 = 0; by != 0 && at + max(-by, 1) <= LANES; at++) {
          fill();
          moveLanes(lanes, arrays == 3, at, by);
          for (let array: u32 = 0; array < arrays; array++) {
            const from = array * LANES;
            if (by > 0) {
              for (let i = LANES - 1; i > at; i--) model[from + i] = model[from + i - 1];
            } else {
              for (let i = at; i < LANES + by; i++) model[from + i] = model[from + i - by];
            }
            // What is left empty holds anything.
            for (let i: u32 = 0; i < LANES; i++)
              if (by > 0 ? i == at : i >= LANES + by)
                model[from + i] = load<Num>(lanes + (from + i) * LANE);
          }
          compare("moveLanes by " + by.toString(), at);
        }
      }
    }
    fill();
    fillLanes(lanes, MAX_KEY);
    for (let i: u32 = 0; i < LANES; i++) model[i] = MAX_KEY;
    compare("fillLanes", 0);
    expect<string>(wrong).toBe("");
  });

  it("shares two arrays in every way", () => {
    for (let count: u32 = 0; count <= LANES; count++) {
      for (let more: u32 = 0; more <= LANES; more++) {
        for (let keep: u32 = 0; keep <= LANES; keep++) {
          const total = count + more;
          if (keep > total || total - keep > LANES) continue;
          fill();
          for (let i = more; i < LANES; i++) store<Num>(other + i * LANE, MAX_KEY);
          shareLanes(lanes, other, count, keep, MAX_KEY);
          for (let i: u32 = 0; i < 2 * LANES; i++) {
            const at = i < LANES ? i : i - LANES;
            const from = i < LANES ? i : keep + at;
            const isUsed = i < LANES ? i < keep : from < total;
            const expected = !isUsed
              ? MAX_KEY
              : from < count
                ? model[from]
                : model[2 * LANES + from - count];
            const place = i < LANES ? lanes + at * LANE : other + at * LANE;
            if (load<Num>(place) != expected)
              note("shareLanes", (count << 16) | (more << 8) | keep);
          }
        }
      }
    }
    expect<string>(wrong).toBe("");
  });
});
