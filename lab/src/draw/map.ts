// The block as a few lines of text: each character stands for an equal share of the addresses and
// shows how much of it is live.

export interface MapOptions {
  readonly width: number;
  readonly rows: number;
}

/** What the characters mean, for a caption. */
export const mapLegend = "· free  ░ under ⅓  ▒ under ⅔  ▓ more  █ all live";

export function drawMap(
  capacity: number,
  freeBlocks: readonly { readonly start: number; readonly size: number }[],
  { width, rows }: MapOptions,
): string[] {
  const cells = Math.min(width * rows, capacity);
  const free = freeBytesPerCell(capacity, freeBlocks, cells);
  const characters = Array.from(free, (bytes, cell) =>
    shade(
      1 - bytes / (firstAddress(cell + 1, capacity, cells) - firstAddress(cell, capacity, cells)),
    ),
  );
  const lines: string[] = [];
  for (let from = 0; from < cells; from += width) {
    lines.push(characters.slice(from, from + width).join(""));
  }
  return lines;
}

/** The first address of a cell: whole numbers, so that sums are exact. */
export function firstAddress(cell: number, capacity: number, cells: number): number {
  return cell === cells ? capacity : Math.floor((capacity * cell) / cells);
}

function freeBytesPerCell(
  capacity: number,
  freeBlocks: readonly { readonly start: number; readonly size: number }[],
  cells: number,
): Float64Array {
  const free = new Float64Array(cells);
  let cell = 0;
  for (const { start, size } of freeBlocks) {
    let from = start;
    const end = start + size;
    while (from < end) {
      while (firstAddress(cell + 1, capacity, cells) <= from) cell++;
      const until = Math.min(end, firstAddress(cell + 1, capacity, cells));
      free[cell]! += until - from;
      from = until;
    }
  }
  return free;
}

/** Empty and full are said only of cells that are exactly so. */
function shade(live: number): string {
  if (live === 0) return "·";
  if (live === 1) return "█";
  return live < 1 / 3 ? "░" : live < 2 / 3 ? "▒" : "▓";
}
