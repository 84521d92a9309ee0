// Lanes: every helper against a plain loop over the sixteen numbers, for every position and count, in both
// widths, and without a byte changed outside of the array.

import {
  LANES,
  closeLane,
  copyLanes,
  fillLanes,
  greatest,
  lanesAtLeast,
  openLane,
  rank,
  rankOfPair,
} from "../../assembly/engines/tree/lanes";

const SEED: u32 = 271828183;
let state: u32 = SEED;
function random(bound: u32): u32 {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % bound;
}

/** Two arrays of lanes one behind the other, with a margin of 64 bytes on either side. */
const MARGIN: usize = 64;
const memoryOfLanes: usize = memory.data(64 + 256 + 64, 16);
const base: usize = memoryOfLanes + MARGIN;

/** What the same bytes should hold, worked on in plain loops. */
const model = new StaticArray<f64>(32);

let wrong: string = "";
function note(what: string, at: u32): void {
  if (!wrong.length) wrong = what + " at " + at.toString();
}
beforeEach(() => {
  wrong = "";
});

function at<T>(i: u32): usize {
  return base + i * sizeof<T>();
}

/** A number of every kind there is: small, equal to others, and at the ends of what T holds. */
function number<T>(): f64 {
  const kind = random(6);
  if (kind < 3) return random(8);
  if (sizeof<T>() == 4) return kind == 3 ? 4294967295 : kind == 4 ? 2147483647 + random(3) : random(u32.MAX_VALUE);
  return kind == 3 ? f64.MAX_VALUE : kind == 4 ? 9007199254740989 + random(3) : 4294967290 + random(12);
}

function fillBoth<T>(): void {
  memory.fill(memoryOfLanes, 0xa5, MARGIN + 32 * sizeof<T>() + MARGIN);
  for (let i: u32 = 0; i < 32; i++) {
    model[i] = number<T>();
    store<T>(at<T>(i), <T>model[i]);
  }
}

function ascend<T>(count: u32): void {
  fillBoth<T>();
  let value: f64 = 0;
  for (let i: u32 = 0; i < LANES; i++) {
    value += random(4);
    model[i] = i < count ? value : sizeof<T>() == 4 ? 4294967295 : f64.MAX_VALUE;
    store<T>(at<T>(i), <T>model[i]);
  }
}

/** Both arrays are like the model, and the margins are untouched. */
function compare<T>(what: string, position: u32): void {
  for (let i: u32 = 0; i < 32; i++) if (<f64>load<T>(at<T>(i)) != model[i]) note(what, position);
  for (let i: usize = 0; i < MARGIN; i++) {
    if (load<u8>(memoryOfLanes + i) != 0xa5) note(what + ", in front,", position);
    if (load<u8>(at<T>(32) + i) != 0xa5) note(what + ", behind,", position);
  }
}

function compareWithKey<T>(key: f64): void {
  let mask: u32 = 0;
  let below: u32 = 0;
  for (let i: u32 = 0; i < LANES; i++) {
    if (model[i] >= key) mask |= 1 << i;
    if (model[i] <= key) below++;
  }
  if (lanesAtLeast<T>(base, <T>key) != mask) note("lanesAtLeast", <u32>min(key, 99));
  if (rank<T>(base, <T>key) != below) note("rank", <u32>min(key, 99));
}

function keys<T>(): void {
  // One lane alone differs from all others.
  for (let lane: u32 = 0; lane < LANES; lane++) {
    for (let i: u32 = 0; i < LANES; i++) {
      model[i] = i == lane ? 7 : 5;
      store<T>(at<T>(i), <T>model[i]);
    }
    for (let key = 4; key < 9; key++) compareWithKey<T>(key);
  }
  for (let count: u32 = 0; count <= LANES; count++) {
    ascend<T>(count);
    for (let i: u32 = 0; i < count; i++) {
      compareWithKey<T>(model[i]);
      compareWithKey<T>(model[i] + 1);
      if (model[i]) compareWithKey<T>(model[i] - 1);
    }
    compareWithKey<T>(0);
    compareWithKey<T>(number<T>());
  }
  for (let round = 0; round < 200; round++) {
    fillBoth<T>();
    compareWithKey<T>(model[random(LANES)]);
    compareWithKey<T>(number<T>());
  }
}

function pairs<T>(): void {
  for (let round = 0; round < 500; round++) {
    fillBoth<T>();
    const lane = random(LANES);
    // Keys that are there, and their neighbours on either side.
    const high = model[lane];
    for (let step = -1; step <= 1; step++) {
      const low = model[LANES + lane] == 0 ? 0 : model[LANES + lane] + step;
      if (sizeof<T>() == 4 && low > 4294967295) continue;
      let expected: u32 = 0;
      for (let i: u32 = 0; i < LANES; i++) {
        if (model[i] < high || (model[i] == high && model[LANES + i] <= low)) expected++;
      }
      if (rankOfPair<T>(base, <T>high, <T>low) != expected) note("rankOfPair", lane);
    }
  }
}

function greatestLane<T>(): void {
  for (let lane: u32 = 0; lane < LANES; lane++) {
    for (let i: u32 = 0; i < LANES; i++) store<T>(at<T>(i), <T>(i == lane ? 9 : 3 + (i & 3)));
    if (<f64>greatest<T>(base) != 9) note("greatest", lane);
  }
  for (let round = 0; round < 200; round++) {
    fillBoth<T>();
    let most: f64 = 0;
    for (let i: u32 = 0; i < LANES; i++) most = max(most, model[i]);
    if (<f64>greatest<T>(base) != most) note("greatest of random lanes", 0);
  }
}

function open<T>(): void {
  for (let position: u32 = 0; position < LANES; position++) {
    fillBoth<T>();
    const value = number<T>();
    for (let i = LANES - 1; i > position; i--) model[i] = model[i - 1];
    model[position] = value;
    openLane<T>(base, position, <T>value);
    compare<T>("openLane", position);
  }
}

function close<T>(): void {
  for (let position: u32 = 0; position < LANES; position++) {
    fillBoth<T>();
    const fill = number<T>();
    for (let i = position; i < LANES - 1; i++) model[i] = model[i + 1];
    model[LANES - 1] = fill;
    closeLane<T>(base, position, <T>fill);
    compare<T>("closeLane", position);
  }
}

function fill<T>(): void {
  for (let round: u32 = 0; round < 8; round++) {
    fillBoth<T>();
    const value = number<T>();
    for (let i: u32 = 0; i < LANES; i++) model[i] = value;
    fillLanes<T>(base, <T>value);
    compare<T>("fillLanes", round);
  }
}

function copy<T>(): void {
  for (let count: u32 = 0; count <= LANES; count++) {
    // To another array …
    for (let from: u32 = 0; from + count <= LANES; from++) {
      for (let to: u32 = LANES; to + count <= 2 * LANES; to++) {
        fillBoth<T>();
        for (let i: u32 = 0; i < count; i++) model[to + i] = model[from + i];
        copyLanes<T>(at<T>(to), at<T>(from), count);
        compare<T>("copyLanes to another array", count);
      }
    }
    // … and downwards in the same.
    for (let from: u32 = 1; from + count <= LANES; from++) {
      fillBoth<T>();
      const to = random(from);
      for (let i: u32 = 0; i < count; i++) model[to + i] = model[from + i];
      copyLanes<T>(at<T>(to), at<T>(from), count);
      compare<T>("copyLanes downwards", count);
    }
  }
}

function demand(): void {
  expect<string>(wrong).toBe("");
}

describe("lanes and plain loops, seed " + SEED.toString(), () => {
  it("agree on which lanes reach a key, and on its rank", () => {
    keys<u32>();
    demand();
    keys<f64>();
    demand();
  });

  it("agree on the rank of a pair", () => {
    pairs<u32>();
    demand();
    pairs<f64>();
    demand();
  });

  it("agree on the greatest lane", () => {
    greatestLane<u32>();
    demand();
    greatestLane<f64>();
    demand();
  });

  it("open every lane alike", () => {
    open<u32>();
    demand();
    open<f64>();
    demand();
  });

  it("close every lane alike", () => {
    close<u32>();
    demand();
    close<f64>();
    demand();
  });

  it("fill alike", () => {
    fill<u32>();
    demand();
    fill<f64>();
    demand();
  });

  it("copy alike, whatever the count", () => {
    copy<u32>();
    demand();
    copy<f64>();
    demand();
  });
});
