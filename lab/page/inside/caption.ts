// What happened, in words: found by comparing the heap before and after the call, so that it is true whatever the heap
// does.

import type { HeapInspection } from "suballoc/heap";
import { count } from "../../src/draw/format.ts";
import type { Action } from "./actions.ts";
import { clauseOfFree, detailsOfFree } from "./caption-free.ts";
import { clauseOfMalloc, detailsOfMalloc } from "./caption-malloc.ts";
import { bytes } from "./caption-words.ts";
import { blockAt, type Caption, type Happening, hex } from "./moment.ts";

/** The call as one would write it. */
export function callOf(action: Action, pointer: number): string {
  switch (action.kind) {
    case "malloc":
      return `malloc(${count(action.size)})`;
    case "calloc":
      return `calloc(${count(action.count)}, ${count(action.size)})`;
    case "aligned":
      return `alignedAlloc(${count(action.alignment)}, ${count(action.size)})`;
    case "realloc":
      return `realloc(${hex(pointer)}, ${count(action.size)})`;
    case "free":
      return `free(${hex(pointer + action.offset)})`;
    case "free-at":
      return `free(${hex(pointer)})`;
  }
}

export function captionOf(
  happening: Happening,
  before: HeapInspection,
  after: HeapInspection,
): Caption {
  switch (happening.kind) {
    case "start":
      return start(after);
    case "allocated":
      return allocated(happening, before, after);
    case "freed":
      return freed(happening, before, after);
    case "reallocated":
      return reallocated(happening, before, after);
    case "refused":
      return refused(happening);
    case "nothing":
      return {
        sentence: `There is nothing to call this with: allocation ${happening.id + 1} failed.`,
        details: [],
      };
  }
}

function start(heap: HeapInspection): Caption {
  const size = (name: string) => heap.sections.find((section) => section.name === name)?.size ?? 0;
  const all = heap.sections.reduce((sum, { size }) => sum + size, 0);
  const control = size("control") + size("bins") + size("stacks");
  return {
    sentence: `An empty heap of ${bytes(all)}, all of it in one WebAssembly memory: ${bytes(control)} of bookkeeping at its start, a bitmap at its end, and room for blocks between.`,
    details: [],
  };
}

function allocated(
  { action, pointer }: Extract<Happening, { kind: "allocated" }>,
  before: HeapInspection,
  after: HeapInspection,
): Caption {
  const size = action.kind === "calloc" ? action.count * action.size : action.size;
  const block = blockAt(after, pointer)!;
  const rounded =
    block.size === size
      ? "takes"
      : `needs ${bytes(block.size)} (a multiple of ${after.unit}${pointer === block.start ? "" : `, with ${after.header.size} for a header`}) and takes`;
  const details = detailsOfMalloc(before, after, pointer);
  if (action.kind === "calloc") details.push(`The ${bytes(size)} are set to 0.`);
  if (action.kind === "aligned") details.unshift(...aroundAligned(before, after, pointer));
  return {
    sentence: `${callOf(action, pointer)} ${rounded} ${clauseOfMalloc(before, after, pointer)}.`,
    details,
  };
}

/** What an aligned allocation took too much and gave back. */
function aroundAligned(before: HeapInspection, after: HeapInspection, pointer: number): string[] {
  const block = blockAt(after, pointer)!;
  const source = blockAt(before, block.start)?.start ?? before.top;
  const gap = block.start - Math.max(source, blockAt(after, block.start - 1)?.start ?? source);
  if (gap <= 0) return [];
  return [
    `${hex(pointer)} is the first address there that is aligned; ${bytes(gap)} before it stay free.`,
  ];
}

function freed(
  { pointer, hasChangedBytes }: Extract<Happening, { kind: "freed" }>,
  before: HeapInspection,
  after: HeapInspection,
): Caption {
  return {
    sentence: `free(${hex(pointer)}) ${clauseOfFree(before, after, pointer, { hasChangedBytes })}.`,
    details: detailsOfFree(before, after, pointer),
  };
}

function reallocated(
  { from, pointer, size }: Extract<Happening, { kind: "reallocated" }>,
  before: HeapInspection,
  after: HeapInspection,
): Caption {
  const call = `realloc(${hex(from)}, ${count(size)})`;
  const had = blockAt(before, from)!;
  const has = blockAt(after, pointer)!;
  if (pointer !== from) {
    const copied = Math.min(size, had.start + had.size - from);
    return {
      sentence: `${call} moves the block: it takes ${clauseOfMalloc(before, after, pointer)}; it copies ${bytes(copied)}; then it frees the old block and ${clauseOfFree(before, after, from)}.`,
      details: [...detailsOfMalloc(before, after, pointer), ...detailsOfFree(before, after, from)],
    };
  }
  const more = has.size - had.size;
  if (more === 0) {
    return {
      sentence: `${call} leaves the block where it is: its ${bytes(had.size)} are enough, and not too many.`,
      details: [],
    };
  }
  const end = had.start + had.size;
  if (more < 0) {
    return {
      sentence: `${call} shrinks the block in place: its last ${bytes(-more)} ${pieceGivenBack(before, after, has.start + has.size)}.`,
      details: [],
    };
  }
  const next = blockAt(before, end);
  const left = blockAt(after, end + more);
  const source =
    next === undefined
      ? `the ${bytes(more)} after it are not used yet, so the top rises from ${hex(before.top)} to ${hex(after.top)}`
      : `it takes ${bytes(more)} of the free block of ${bytes(next.size)} after it${left?.state === "free" ? `, of which ${bytes(left.size)} are left` : ""}`;
  return { sentence: `${call} grows the block in place: ${source}.`, details: [] };
}

function pieceGivenBack(before: HeapInspection, after: HeapInspection, start: number): string {
  if (start >= after.top) return `go back to the top, which falls to ${hex(after.top)}`;
  const piece = blockAt(after, start)!;
  const next = blockAt(before, piece.start + piece.size - 1);
  return next?.state === "free"
    ? `merge with the free block after it: ${bytes(piece.size)} at ${hex(piece.start)}`
    : `become a free block at ${hex(piece.start)}`;
}

function refused({
  call,
  error,
  hasChangedBytes,
}: Extract<Happening, { kind: "refused" }>): Caption {
  const { code, message } = error;
  const why: Record<string, string> = {
    ERR_DOUBLE_FREE: "that block is free already",
    ERR_INSIDE_BLOCK: "the pointer lies inside a live block and is not the one that was handed out",
    ERR_NOT_ALLOCATED: "this pointer was never handed out",
    ERR_OUT_OF_MEMORY: "no free block is large enough, and the memory may not grow as far",
  };
  const what = why[String(code)] ?? "the argument will not do";
  const outcome = hasChangedBytes ? "Some bytes changed" : "Not a byte of the heap changed";
  return {
    sentence: `${call} is refused: ${what}. ${outcome}.`,
    details: [`It throws ${error.name} ${code}: “${message}”.`],
  };
}
