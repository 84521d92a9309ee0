// The history of the playground: what each policy looks at and takes, the four ways to merge, going
// back, and defragmentation move by move.

import { POLICIES, type Policy } from "suballoc";
import { describe, expect, test } from "vitest";
import { type Action, decodeActions } from "../../page/play/actions.ts";
import { captionOf } from "../../page/play/caption.ts";
import { examples } from "../../page/play/examples.ts";
import type { Frame } from "../../page/play/frame.ts";
import { HistoryFullError, Timeline } from "../../page/play/timeline.ts";

function timelineOf(capacity: number, actions: string, policy: Policy = "first-fit"): Timeline {
  return new Timeline(capacity, policy, decodeActions(actions)!);
}

function lastOf(timeline: Timeline): Frame {
  return timeline.frames.at(-1)!;
}

/** Live and free blocks must tile the block. */
function expectWhole({ live, free, stats }: Frame): void {
  const blocks = [...live, ...free].sort((a, b) => a.start - b.start);
  let end = 0;
  for (const { start, size } of blocks) {
    expect(start).toBe(end);
    end += size;
  }
  expect(end).toBe(stats.capacity);
}

test("the four ways to merge, in words", () => {
  const timeline = timelineOf(100, "a20_a20_a20_a20_a20_f1_f2_f4_f3_f0");
  const captions = timeline.frames.slice(6).map((frame) => captionOf(frame, "first-fit"));
  expect(captions).toEqual([
    "Freed [20, 40): no free neighbour, a new free block of 20.",
    "Freed [40, 60): merged with the free block on its left, now 40.",
    "Freed [80, 100): no free neighbour, a new free block of 20.",
    "Freed [60, 80): merged with both neighbours, three free blocks become one of 80.",
    "Freed [0, 20): merged with the free block on its right, now 100.",
  ]);
});

// Holes of 60 at 0, 30 at 70 and 90 at 110, and 50 at the end after the last allocation.
const holes = "a60_a10_a30_a10_a90_a10_f0_f2_f4";

test.each<[Policy, number, number[]]>([
  ["first-fit", 0, [0]],
  ["linked-list", 0, [0]],
  ["next-fit", 210, [210]],
  ["best-fit", 70, [0, 70, 110, 210]],
  ["worst-fit", 110, [0, 70, 110, 210]],
])("%s takes the hole at %d", (policy, address, looked) => {
  const { happening } = lastOf(timelineOf(260, `${holes}_a25`, policy));
  expect(happening).toMatchObject({
    kind: "allocated",
    block: { start: address, size: 25 },
    chosen: { start: address },
  });
  if (happening.kind !== "allocated") throw new Error(happening.kind);
  expect(happening.looked.map(({ start }) => start)).toEqual(looked);
});

test("first fit passes what is too small; next fit begins again at the start", () => {
  const first = lastOf(timelineOf(260, `${holes}_a80`)).happening;
  expect(first).toMatchObject({ looked: [{ start: 0 }, { start: 70 }, { start: 110 }] });
  const next = lastOf(timelineOf(260, `${holes}_a55`, "next-fit")).happening;
  expect(next).toMatchObject({ looked: [{ start: 210 }, { start: 0 }], block: { start: 0 } });
});

test("what does not fit says why", () => {
  const caption = (actions: string) => captionOf(lastOf(timelineOf(260, actions)), "first-fit");
  expect(caption(`${holes}_a231`)).toBe("231 do not fit: only 230 are free.");
  expect(caption(`${holes}_a91`)).toBe(
    "91 do not fit, though 230 are free: the largest free block is 90. That is external fragmentation.",
  );
  expect(caption(`${holes}_a90.64`)).toMatch(/90 aligned to 64 do not fit: no free block/);
});

describe.each(POLICIES)("%s", (policy) => {
  test("defragmented into one free block, each move a step", () => {
    const timeline = timelineOf(2000, "F40_h_d", policy);
    const moves = timeline.frames.filter(({ happening }) => happening.kind === "moved");
    expect(moves.length).toBeGreaterThan(2);
    expect(lastOf(timeline).free).toHaveLength(1);
    for (const frame of timeline.frames) expectWhole(frame);
    const before = timeline.frames.find(({ action }) => action === 2)!;
    const idsOf = ({ live }: Frame) => live.map(({ id, size }) => `${id}: ${size}`).sort();
    expect(idsOf(lastOf(timeline))).toEqual(idsOf(before));
  });

  test("what fits is taken from a free block that was looked at, and the rest stays as it was", () => {
    const { frames } = timelineOf(5000, "F60_h_F30_h_a7.64_a100_d_F20", policy);
    frames.forEach(({ happening }, index) => {
      if (happening.kind !== "allocated") return;
      const { chosen, block, looked } = happening;
      expect(frames[index - 1]!.free).toContainEqual(chosen);
      expect(looked).toContain(chosen);
      expect(chosen.start).toBeLessThanOrEqual(block.start);
      expect(block.start + block.size).toBeLessThanOrEqual(chosen.start + chosen.size);
    });
  });
});

test("a policy under which an allocation did not fit has nothing to free", () => {
  const frame = lastOf(timelineOf(50, "a40_a20_f1"));
  expect(captionOf(frame, "first-fit")).toBe(
    "Nothing to free: under first fit, allocation 2 did not fit.",
  );
});

test("a past in the middle of an action is kept to that step", () => {
  const timeline = timelineOf(2000, "a10_F40_h");
  const within = timeline.frames.findIndex(({ action }) => action === 1) + 4;
  const past = timeline.upTo(within);
  expect(past.actions).toEqual([
    { kind: "allocate", size: 10, alignment: 1 },
    { kind: "fill", size: 40, limit: 5 },
  ] satisfies Action[]);
  expect(past.frames).toEqual(timeline.frames.slice(0, within + 1));
  expect(timeline.upTo(timeline.frames.length - 1).actions).toEqual(timeline.actions);
  expect(timeline.upTo(0).actions).toEqual([]);
});

test("before and after go by whole actions", () => {
  const timeline = timelineOf(1000, "a10_F40_a5000");
  const last = timeline.frames.length - 1;
  expect(timeline.before(last)).toBe(last - 1);
  expect(timeline.before(last - 1)).toBe(1);
  expect(timeline.before(5)).toBe(1);
  expect(timeline.before(0)).toBe(0);
  expect(timeline.after(1)).toBe(last - 1);
  expect(timeline.after(last)).toBe(last);
});

test.each(examples)("example: $name", ({ capacity, policy, actions }) => {
  const timeline = timelineOf(capacity, actions, policy);
  for (const frame of timeline.frames) expectWhole(frame);
});

test("a history that would fill the memory is refused, and what there is stays", () => {
  const timeline = timelineOf(Number.MAX_SAFE_INTEGER, "F1");
  const fill = () => timeline.perform({ kind: "fill", size: 1 });
  const fillUp = () => {
    for (let fills = 0; fills < 50; fills++) fill();
  };
  expect(fillUp).toThrow(HistoryFullError);
  const { length } = timeline.frames;
  expect(fill).toThrow(HistoryFullError);
  expect(timeline.frames).toHaveLength(length);
  expectWhole(lastOf(timeline.upTo(length - 1)));
});
