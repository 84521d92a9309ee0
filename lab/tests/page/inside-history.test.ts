// The history of the view "Inside malloc": what happened is told truly, for every prepared example and for random ones;
// going back and on; links.

import { Heap } from "suballoc/heap";
import { describe, expect, test } from "vitest";
import { randomFrom, seed } from "../../../tests/support/seed.ts";
import { type Action, decodeActions, encodeActions } from "../../page/inside/actions.ts";
import { examples } from "../../page/inside/examples.ts";
import { partsOf } from "../../page/inside/hex-rows.ts";
import { History, HistoryFullError } from "../../page/inside/history.ts";
import { firstOf, type Moment } from "../../page/inside/moment.ts";
import { stretchesOf } from "../../page/inside/stretches.ts";
import { expectClaimsOf } from "./inside-claims.ts";

const historyOf = (actions: string, room = 16) => new History(room, decodeActions(actions)!);

/** Sentences with addresses counted from the first block. */
function sentencesOf({ moments }: History): string[] {
  return moments.map(({ caption, heap }) =>
    caption.sentence.replaceAll(/0x[0-9a-f]+/g, (address) => `@${Number(address) - firstOf(heap)}`),
  );
}

/** The saved heap is sound, and the map's stretches follow each other up to the bitmap. */
function expectSound(moment: Moment): void {
  Heap.load(moment.saved).validate();
  const stretches = stretchesOf(moment);
  let end = firstOf(moment.heap);
  for (const { start, size } of stretches) {
    expect(start).toBe(end);
    end += size;
  }
  expect(end).toBe(moment.heap.sections.find(({ name }) => name === "bitmap")?.start);
  for (const { start } of stretches) expect(partsOf(moment, start).length).toBeGreaterThan(0);
}

describe("every example", () => {
  test.each(examples)("$name: each sentence holds", ({ room, actions, step }) => {
    const history = historyOf(actions, room);
    history.moments.forEach((moment, position) => {
      expect(expectClaimsOf(history, position), moment.caption.sentence).toBeGreaterThan(0);
      expect(moment.caption.sentence).toMatch(/\.$/);
      expect(moment.caption.sentence).not.toMatch(/undefined|NaN|Some bytes/);
      for (const detail of moment.caption.details) expect(detail).not.toMatch(/undefined|NaN/);
    });
    for (const moment of history.moments.slice(-3)) expectSound(moment);
    expect(step ?? 0).toBeLessThan(history.moments.length);
  });

  test("shows what it is called for", () => {
    const all = examples.map(({ room, actions }) =>
      sentencesOf(historyOf(actions, room)).join(" "),
    );
    const shown = (name: string) => all[examples.findIndex((one) => one.name.startsWith(name))];
    expect(shown("A stack")).toContain("the one freed last");
    expect(shown("A full stack")).toMatch(/finds the stack of 32-byte blocks full \(\d+\)/);
    expect(shown("Bins")).toContain("an exact fit");
    expect(shown("Bins")).toContain("and splits it");
    expect(shown("The reserve")).toContain("of a new reserve");
    expect(shown("Larger")).toContain("with 16 for a header");
    expect(shown("The top")).toContain("the memory had to grow");
    expect(shown("The top")).toContain("the top falls");
    expect(shown("The top")).toContain("the memory may not grow as far");
    expect(shown("realloc")).toContain("shrinks the block in place");
    expect(shown("realloc")).toContain("grows the block in place");
    expect(shown("realloc")).toContain("moves the block");
    expect(shown("Alignment")).toContain("alignedAlloc(256, 600)");
    for (const what of ["is free already", "inside a live block", "was never handed out"])
      expect(shown("Misuse")).toContain(what);
  });
});

test("the four ways to merge, word by word", () => {
  const history = historyOf("m520_m520_m520_m520_m520_m520_f1_f2_f4_f3_f0");
  const { size, pointer, start } = history.moments[1]!.heap.blocks[0]!;
  const header = pointer! - start;
  const bytes = (blocks: number) => `${(blocks * size).toLocaleString("en-US")} bytes`;
  const at = (blocks: number) => `@${blocks * size}`;
  const free = (block: number) =>
    `free(@${block * size + header}) gives ${bytes(1)} back to the heap`;
  expect(sentencesOf(history).slice(7)).toEqual([
    `${free(1)}: no neighbour is free, so they become a free block of their own.`,
    `${free(2)} and merges them with the free block before, ${bytes(1)}: one free block of ${bytes(2)} at ${at(1)}.`,
    `${free(4)}: no neighbour is free, so they become a free block of their own.`,
    `${free(3)} and merges them with both neighbours, ${bytes(2)} before and ${bytes(1)} after: one free block of ${bytes(4)} at ${at(1)}.`,
    `${free(0)} and merges them with the free block after, ${bytes(4)}: one free block of ${bytes(5)} at ${at(0)}.`,
  ]);
});

test("a double free is refused with the heap's own words", () => {
  const { caption, happening } = historyOf("m100_f0_f0").moments[3]!;
  expect(happening.kind).toBe("refused");
  expect(caption.sentence).toMatch(/^free\(0x[0-9a-f]+\) is refused: that block is free already\./);
  expect(caption.details[0]).toMatch(
    /^It throws HeapPointerError ERR_DOUBLE_FREE: “free\(\d+\): a double free/,
  );
});

test("random histories: each sentence holds, and each moment is sound", () => {
  const random = randomFrom(seed);
  const history = new History(32);
  for (let step = 0; step < 400; step++) {
    const id = random(Math.max(1, history.moments.at(-1)!.allocations.length));
    const size = 1 + (random(12) === 0 ? random(9000) : random(700));
    const actions: Action[] = [
      { kind: "malloc", size },
      { kind: "malloc", size: 1 + (size % 90) },
      { kind: "free", id, offset: 0 },
      { kind: "free", id, offset: random(8) === 0 ? 16 : 0 },
      { kind: "realloc", id, size },
      { kind: "calloc", count: 2, size: 1 + (size % 300) },
      { kind: "aligned", alignment: 16 << random(6), size },
      { kind: "free-at", offset: 16 * random(1000) },
    ];
    history.perform(actions[random(actions.length)]!);
    const moment = history.moments.at(-1)!;
    const found = expectClaimsOf(history, history.moments.length - 1);
    const message = `seed ${seed}, step ${step}: ${moment.caption.sentence}`;
    if (moment.happening.kind !== "nothing") expect(found, message).toBeGreaterThan(0);
    expect(moment.caption.sentence, message).not.toMatch(/undefined|NaN|Some bytes/);
    if (step % 20 === 0) expectSound(moment);
  }
});

test("what a person allocates is filled with its letter, and only the asked bytes of it", () => {
  const history = historyOf("m100_c1.40_r0.200");
  const bytes = history.bytesAt(1);
  const [first] = history.moments[1]!.allocations;
  const { pointer } = first!;
  expect(bytes.slice(pointer, pointer + 100)).toEqual(new Uint8Array(100).fill(65));
  expect(bytes[pointer + 100]).toBe(0);
  const zeros = history.moments[2]!.allocations[1]!.pointer;
  expect(history.bytesAt(2).slice(zeros, zeros + 40)).toEqual(new Uint8Array(40));
  const moved = history.moments[3]!.allocations[0]!;
  expect(moved).toMatchObject({ id: 0, size: 200, isLive: true });
  expect(history.bytesAt(3).slice(moved.pointer, moved.pointer + 200)).toEqual(
    new Uint8Array(200).fill(65),
  );
});

test("going back and doing something else; what was there again is the same", () => {
  const actions = "m4000_m4000_m4000_f1_m200_f2_m5000";
  const whole = historyOf(actions);
  const history = historyOf(actions);
  // Before the heap grew: it must grow again, and not find somebody else's pages.
  history.cut(2);
  expect(history.moments).toHaveLength(3);
  history.perform({ kind: "malloc", size: 5000 });
  expect(history.moments.at(-1)!.caption.sentence).toContain("the memory had to grow");
  history.cut(2);
  for (const action of decodeActions(actions)!.slice(2)) history.perform(action);
  expect(sentencesOf(history)).toEqual(sentencesOf(whole));
  const blocks = ({ moments }: History) => moments.map(({ heap }) => heap.blocks);
  expect(blocks(history)).toEqual(blocks(whole));
});

test("what changed in a step are the words that the call wrote", () => {
  const history = historyOf("m1000_m500_f0_f1");
  const free = history.moments[3]!;
  const { fields } = free.heap.blocks[0]!;
  const size = fields.find(({ name }) => name === "size")!;
  const footer = fields.find(({ name }) => name === "footer")!;
  expect(free.changed.has(size.address)).toBe(true);
  expect(free.changed.has(footer.address)).toBe(true);
  // Not the letters: those the page writes.
  expect(history.moments[1]!.changed.has(history.moments[1]!.allocations[0]!.pointer)).toBe(false);
});

test("the history has an end", () => {
  const history = new History(16);
  expect(() => {
    for (let i = 0; i < 3000; i++) history.perform({ kind: "malloc", size: 20 });
  }).toThrow(HistoryFullError);
});

describe("links", () => {
  test.each(examples)("$name", ({ actions }) => {
    expect(encodeActions(decodeActions(actions)!)).toBe(actions);
  });

  test.each(["m", "m1.5x", "z1", "a64", "c3", "r1", "m-1", "m1__m2", "m12345678901", "f1.2.3"])(
    "%s is none",
    (text) => {
      expect(decodeActions(text)).toBeUndefined();
    },
  );

  test("arguments that the heap refuses are a step like any other", () => {
    const { moments } = historyOf("m0_c0.5_a3.100_m100_r0.5_f7_f3.7");
    expect(moments.map(({ happening }) => happening.kind)).toEqual([
      ...["start", "refused", "refused", "refused", "allocated", "nothing", "nothing", "refused"],
    ]);
  });
});
