// Reads the sentences of the view "Inside malloc", and holds every claim in them against the heap before and after.

import type { HeapInspection, InspectedBlock } from "suballoc/heap";
import { expect } from "vitest";
import type { History } from "../../page/inside/history.ts";

const address = "0x([0-9a-f]+)";
const number = "([\\d,]+)";

/** Numbers of a match: addresses are hexadecimal, others have commas. */
type Claim = (groups: readonly string[], step: Step) => void;

interface Step {
  readonly before: HeapInspection;
  readonly after: HeapInspection;
  /** Compares bytes before and after. */
  expectUnchanged(start: number, end: number): void;
  /** A realloc that moved the block. */
  readonly moves: boolean;
  /** The block that the step was about: live after it for an allocation, before it for a free. */
  readonly focus: number;
}

const whole = (text: string | undefined) => Number(text?.replaceAll(",", ""));
const at = (text: string | undefined) => Number.parseInt(text ?? "", 16);

function blockAround({ blocks }: HeapInspection, where: number): InspectedBlock | undefined {
  return blocks.find(({ start, size }) => where >= start && where < start + size);
}
const stateAt = (heap: HeapInspection, where: number) => blockAround(heap, where)?.state;
const reserveOf = ({ blocks }: HeapInspection) => blocks.find(({ state }) => state === "reserve");
const freeSizes = ({ blocks }: HeapInspection) =>
  blocks.filter(({ state }) => state === "free").map(({ size }) => size);
const stackOf = ({ stacks }: HeapInspection, size: number) =>
  stacks.find((stack) => stack.size === size)?.pointers.map(({ value }) => value) ?? [];
const endOf = ({ sections }: HeapInspection) => {
  const { start, size } = sections.at(-1)!;
  return start + size;
};

/** What each kind of sentence claims. */
const claims: readonly [RegExp, Claim][] = [
  [
    new RegExp(`takes ${address} from the stack of ${number}-byte blocks, the one freed last`),
    ([where, size], { before, after }) => {
      expect(stackOf(before, whole(size)).at(-1)).toBe(at(where));
      expect(stateAt(before, at(where))).toBe("cached");
      expect(blockAround(after, at(where))).toMatchObject({ state: "live", size: whole(size) });
    },
  ],
  [
    new RegExp(`from the stack of ${number}-byte blocks.*; ${number} stay in it`),
    ([size, left], { after }) => expect(stackOf(after, whole(size))).toHaveLength(whole(left)),
  ],
  [
    new RegExp(`from the stack of ${number}-byte blocks.*the stack is empty now`),
    ([size], { after }) => expect(stackOf(after, whole(size))).toEqual([]),
  ],
  [
    new RegExp(
      `takes ${address}, the next ${number} bytes of the reserve.*; ${number} bytes? of it`,
    ),
    ([where, size, left], { before, after }) => {
      expect(reserveOf(before)?.start).toBe(at(where));
      expect(blockAround(after, at(where))).toMatchObject({ state: "live", size: whole(size) });
      expect(reserveOf(after)?.size ?? 0).toBe(whole(left));
    },
  ],
  [
    new RegExp(`the first ${number} bytes of a new reserve for small blocks, ${number} bytes`),
    ([size, all], { after, focus }) => {
      expect(blockAround(after, focus)?.size).toBe(whole(size));
      const reserve = reserveOf(after)!;
      expect(reserve.start).toBe(focus + whole(size));
      expect(reserve.size).toBe(whole(all) - whole(size));
    },
  ],
  [
    new RegExp(`(?:top rises|top, which rises) from ${address} to ${address}`),
    ([from, to], { before, after }) => {
      expect([before.top, after.top]).toEqual([at(from), at(to)]);
      expect(after.top).toBeGreaterThan(before.top);
    },
  ],
  [
    /from the top, since no free block is large enough/,
    (_, { before, after, focus }) => {
      const { size } = blockAround(after, focus)!;
      expect(Math.max(0, ...freeSizes(before))).toBeLessThan(size);
    },
  ],
  [
    /the memory had to grow for it/,
    (_, { before, after }) => expect(endOf(after)).toBeGreaterThan(endOf(before)),
  ],
  [
    new RegExp(`takes ${address} whole.*an exact fit`),
    ([where], { before, after }) => {
      const { size } = blockAround(after, at(where))!;
      expect(before.blocks).toContainEqual(
        expect.objectContaining({ start: at(where), size, state: "free" }),
      );
    },
  ],
  [
    new RegExp(
      `${number} bytes at ${address}.* and splits it: (?:its first|of it) ${number} bytes are`,
    ),
    ([had, where, size], { before, after, focus }) => {
      expect(blockAround(before, at(where))).toMatchObject({
        ...{ start: at(where), size: whole(had), state: "free" },
      });
      expect(blockAround(after, focus)).toMatchObject({ state: "live", size: whole(size) });
      expect(focus).toBeGreaterThanOrEqual(at(where));
      expect(focus).toBeLessThan(at(where) + whole(had));
    },
  ],
  [
    new RegExp(`its first .* and the other ${number} bytes stay free at ${address}`),
    ([size, where], { after, moves }) => {
      const rest = blockAround(after, at(where));
      expect(rest).toMatchObject({ start: at(where), state: "free" });
      // The old block of a realloc may have merged with it since.
      if (!moves) expect(rest?.size).toBe(whole(size));
      else expect(rest?.size).toBeGreaterThanOrEqual(whole(size));
    },
  ],
  [
    /the smallest free block that is large enough/,
    (_, { before, after, focus }) => {
      const { size } = blockAround(after, focus)!;
      const source = blockAround(before, focus)!.size;
      expect(Math.min(...freeSizes(before).filter((one) => one >= size))).toBe(source);
    },
  ],
  [
    /the only free block that is large enough/,
    (_, { before, after, focus }) => {
      const { size } = blockAround(after, focus)!;
      expect(freeSizes(before).filter((one) => one >= size)).toHaveLength(1);
    },
  ],
  [
    /pushes the block onto the stack/,
    (_, { before, after, focus }) => {
      const { start, size } = blockAround(before, focus)!;
      expect(stackOf(after, size)).toEqual([...stackOf(before, size), start]);
      expect(stateAt(after, start)).toBe("cached");
    },
  ],
  [
    /not a byte of it changes/,
    (_, { before, expectUnchanged, focus }) => {
      const { start, size } = blockAround(before, focus)!;
      expectUnchanged(start, start + size);
    },
  ],
  [
    new RegExp(`stack of ${number}-byte blocks full \\((\\d+)\\)`),
    ([size, full], { before, after }) => {
      expect(stackOf(before, whole(size))).toHaveLength(Number(full));
      expect(stackOf(after, whole(size))).toHaveLength(before.small.stack);
    },
  ],
  [
    new RegExp(`one free block of ${number} bytes at ${address}`),
    ([size, where], { after }) =>
      expect(after.blocks).toContainEqual(
        expect.objectContaining({ start: at(where), size: whole(size), state: "free" }),
      ),
  ],
  [
    new RegExp(`both neighbours, ${number} bytes before and ${number} bytes after`),
    ([left, right], { before, focus }) => {
      const { start, size } = blockAround(before, focus)!;
      expect(blockAround(before, start - 1)).toMatchObject({ state: "free", size: whole(left) });
      expect(blockAround(before, start + size)).toMatchObject({
        ...{ state: "free", size: whole(right) },
      });
    },
  ],
  [
    new RegExp(`merges them with the free block before, ${number} bytes: one`),
    ([left], { before, after, focus }) => {
      const { start, size } = blockAround(before, focus)!;
      expect(blockAround(before, start - 1)).toMatchObject({ state: "free", size: whole(left) });
      expect(stateAt(before, start + size)).not.toBe("free");
      expect(blockAround(after, start)?.size).toBe(whole(left) + size);
    },
  ],
  [
    new RegExp(`merges them with the free block after, ${number} bytes: one`),
    ([right], { before, after, focus }) => {
      const { start, size } = blockAround(before, focus)!;
      expect(stateAt(before, start + size)).toBe("free");
      expect(stateAt(before, start - 1)).not.toBe("free");
      expect(blockAround(after, start)?.size).toBe(whole(right) + size);
    },
  ],
  [
    /no neighbour is free/,
    (_, { before, after, focus }) => {
      const { start, size } = blockAround(before, focus)!;
      expect([stateAt(before, start - 1), stateAt(before, start + size)]).not.toContain("free");
      expect(blockAround(after, start)).toMatchObject({ start, size, state: "free" });
    },
  ],
  [
    new RegExp(`top(?:, which)? falls (?:from ${address} )?to ${address}`),
    ([from, to], { before, after }) => {
      if (from !== undefined) expect(before.top).toBe(at(from));
      expect(after.top).toBe(at(to));
      expect(after.top).toBeLessThan(before.top);
    },
  ],
  [
    new RegExp(`below the top, with the free ${number} bytes before it`),
    ([size], { before, focus }) => {
      const { start } = blockAround(before, focus)!;
      expect(blockAround(before, start - 1)).toMatchObject({ state: "free", size: whole(size) });
    },
  ],
  [
    new RegExp(`needs ${number} bytes`),
    ([size], { after, focus }) => expect(blockAround(after, focus)?.size).toBe(whole(size)),
  ],
  [
    /with 16 for a header/,
    (_, { after, focus }) => {
      const { start, pointer, fields, size } = blockAround(after, focus)!;
      expect(pointer).toBe(start + 16);
      expect(fields).toEqual([{ name: "size", address: start, value: size }]);
    },
  ],
  [
    /leaves the block where it is/,
    (_, { before, after, focus }) =>
      expect(blockAround(after, focus)).toMatchObject({
        ...{ start: blockAround(before, focus)?.start, size: blockAround(before, focus)?.size },
      }),
  ],
  [
    new RegExp(`shrinks the block in place: its last ${number} bytes`),
    ([less], { before, after, focus }) =>
      expect(blockAround(after, focus)?.size).toBe(blockAround(before, focus)!.size - whole(less)),
  ],
  [
    new RegExp(`grows the block in place: (?:the|it takes) ${number} bytes`),
    ([more], { before, after, focus }) =>
      expect(blockAround(after, focus)?.size).toBe(blockAround(before, focus)!.size + whole(more)),
  ],
  [
    /is refused: .* Not a byte of the heap changed\.$/,
    (_, { before, expectUnchanged }) => expectUnchanged(before.sections[0]!.start, endOf(before)),
  ],
];

/** How many claims were found in the sentence of this moment; all of them hold. */
export function expectClaimsOf(history: History, position: number): number {
  const moment = history.moments[position]!;
  const { sentence } = moment.caption;
  if (position === 0) return 1;
  const previous = history.moments[position - 1]!;
  const { happening } = moment;
  const bytesAt = (one: number, start: number, end: number) =>
    Buffer.from(history.bytesAt(one).slice(start, end));
  // A block that moved is spoken of twice: first where it is now, then where it was.
  const moves = happening.kind === "reallocated" && happening.from !== happening.pointer;
  const [first = "", then] = moves ? sentence.split("; then it frees ") : [sentence];
  const block = blockAround(moment.heap, moment.focus);
  const start = block?.state === "live" ? block.start : moment.focus;
  const parts: [string, number][] = [[first, start]];
  if (moves && then !== undefined) {
    // What the new block took is gone before the old one is freed.
    expect(blockAround(moment.heap, happening.from)?.state).not.toBe("live");
    expect(then).toMatch(/pushes|gives/);
  }
  const step = {
    ...{ before: previous.heap, after: moment.heap, moves },
    expectUnchanged(start: number, end: number) {
      const was = bytesAt(position - 1, start, end);
      expect(Buffer.compare(bytesAt(position, start, end), was)).toBe(0);
    },
  };
  let found = 0;
  for (const [text, focus] of parts) {
    for (const [pattern, claim] of claims) {
      const groups = pattern.exec(text)?.slice(1);
      if (groups === undefined) continue;
      found++;
      claim(groups, { ...step, focus });
    }
  }
  return found;
}
