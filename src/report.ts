// Reports on a tracked allocator: the figures as plain data, and the same as text for people.

import type { Block } from "./block.js";
import { percent } from "./inspect.js";
import type { TrackedPolicy } from "./policy.js";
import type { LiveBlock, TrackedStats } from "./tracked-stats.js";

/** The live blocks of one label. */
export interface LabelSummary {
  /** The empty string for blocks without. */
  readonly label: string;
  /** How many. */
  readonly blocks: number;
  /** Sum of their sizes. */
  readonly size: number;
}

/** The free blocks with sizes from one power of two to below the next. */
export interface SizeSummary {
  /** A power of two. */
  readonly from: number;
  /** How many. */
  readonly blocks: number;
  /** Sum of their sizes. */
  readonly size: number;
}

/** What {@link TrackedAllocator.toJSON} returns. */
export interface TrackedReport extends TrackedStats {
  /** Which free block an allocation is taken from. */
  readonly policy: TrackedPolicy;
  /** By label, the largest sum first. */
  readonly labels: LabelSummary[];
  /** The ten largest live blocks, the largest first. */
  readonly largestBlocks: LiveBlock[];
  /** By power of two, ascending; those without any free block are left out. */
  readonly freeBlocksBySize: SizeSummary[];
}

const LARGEST = 10;
/** Characters of the longest bar. */
const BAR = 24;

interface Subject {
  readonly policy: TrackedPolicy;
  getStats(): TrackedStats;
  blocks(): Iterable<LiveBlock>;
  freeBlocks(): Iterable<Block>;
}

interface Sum {
  blocks: number;
  size: number;
}

/** One block more of this kind. */
function add<Kind>(sums: Map<Kind, Sum>, kind: Kind, size: number): void {
  const { blocks, size: before } = sums.get(kind) ?? { blocks: 0, size: 0 };
  sums.set(kind, { blocks: blocks + 1, size: before + size });
}

/** Everything a report says. O(n). */
export function reportOn(allocator: Subject): TrackedReport {
  const labels = new Map<string, Sum>();
  let largest: LiveBlock[] = [];
  for (const block of allocator.blocks()) {
    const { label, size } = block;
    add(labels, label, size);
    if (largest.length === LARGEST && size <= (largest[LARGEST - 1] as LiveBlock).size) continue;
    largest.push(block);
    largest = largest.sort((a, b) => b.size - a.size).slice(0, LARGEST);
  }
  const sizes = new Map<number, Sum>();
  for (const { size } of allocator.freeBlocks()) add(sizes, powerBelow(size), size);
  return {
    policy: allocator.policy,
    ...allocator.getStats(),
    labels: [...labels].map(([label, sum]) => ({ label, ...sum })).sort((a, b) => b.size - a.size),
    largestBlocks: largest,
    freeBlocksBySize: [...sizes]
      .map(([from, sum]) => ({ from, ...sum }))
      .sort((a, b) => a.from - b.from),
  };
}

/** The greatest power of two that is not above `size`. Exact, which Math.log2 is not. */
function powerBelow(size: number): number {
  let power = 1;
  while (power * 2 <= size) power *= 2;
  return power;
}

const count = (blocks: number) => `${blocks} ${blocks === 1 ? "block" : "blocks"}`;
/** On one line, whatever the label. */
const quoted = (label: string) => (label === "" ? "(no label)" : JSON.stringify(label));

/** A table with its columns lined up: the first to the left, the others to the right. */
function table(rows: (string | number)[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((most, row) => Math.max(most, String(row[column]).length), 0),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0
        ? String(cell).padEnd(widths[column] as number)
        : String(cell).padStart(widths[column] as number),
    );
    return `  ${cells.join("  ")}`.trimEnd();
  });
}

/** The report as text. */
export function writeReport(report: TrackedReport): string {
  const { capacity, freeMemory, freeBlockCount, liveBlockCount, labels, largestBlocks } = report;
  const used = capacity - freeMemory;
  const most = Math.max(...report.freeBlocksBySize.map(({ blocks }) => blocks));
  const bar = (blocks: number) => "█".repeat(Math.ceil((BAR * blocks) / most)).padEnd(BAR);
  return [
    `TrackedAllocator "${report.policy}"`,
    `${used} of ${capacity} allocated (${percent(used / capacity)}) in ${count(liveBlockCount)}`,
    `${freeMemory} free in ${count(freeBlockCount)}, the largest ${report.largestFreeBlock}, ` +
      `fragmentation ${percent(report.externalFragmentation)}`,
    ...(report.internalFragmentation > 0
      ? [`${percent(report.internalFragmentation)} of what is allocated was not asked for`]
      : []),
    ...section(
      "Live by label",
      labels.map(({ label, blocks, size }) => [
        quoted(label),
        size,
        percent(size / used),
        count(blocks),
      ]),
    ),
    ...section(
      "Largest blocks",
      largestBlocks.map(({ label, start, size }) => [quoted(label), size, `at ${start}`]),
    ),
    ...section(
      "Free blocks by size",
      report.freeBlocksBySize.map(({ from, blocks, size }) => [
        from === 1 ? "1" : `${from} … ${2 * from - 1}`,
        size,
        count(blocks),
        bar(blocks),
      ]),
    ),
  ].join("\n");
}

function section(title: string, rows: (string | number)[][]): string[] {
  return rows.length === 0 ? [] : ["", title, ...table(rows)];
}
