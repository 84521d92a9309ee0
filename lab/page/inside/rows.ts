// The heap's blocks laid out like text: units from left to right, in rows. Rows that show nothing but the inside of one
// block are folded into one.

/** A stretch of the heap: a block, or what is not used yet. */
export interface Stretch {
  readonly start: number;
  readonly size: number;
}

/** The part of a stretch that lies in one row. */
export interface Piece<S extends Stretch> {
  readonly of: S;
  /** Its first address. */
  readonly start: number;
  /** Units from the start of the row. */
  readonly from: number;
  readonly units: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

export type Row<S extends Stretch> =
  | { readonly kind: "units"; readonly start: number; readonly pieces: readonly Piece<S>[] }
  /** So many bytes from `start` on, all of them inside one stretch. */
  | { readonly kind: "fold"; readonly start: number; readonly size: number; readonly of: S };

/** `stretches` lie one after the other; `unit` is in bytes, `perRow` in units. */
export function rowsOf<S extends Stretch>(
  stretches: readonly S[],
  unit: number,
  perRow: number,
): Row<S>[] {
  const rows: Row<S>[] = [];
  const bytesPerRow = unit * perRow;
  const last = stretches.at(-1);
  if (last === undefined) return rows;
  const end = last.start + last.size;
  let index = 0;
  for (let start = stretches[0]!.start; start < end; ) {
    while (stretches[index]!.start + stretches[index]!.size <= start) index++;
    const of = stretches[index]!;
    const left = of.start + of.size - start;
    // Whole rows, or all that is left of the last stretch. Its beginning is not folded, and a single row stays.
    const inside = of === last ? left : left - (left % bytesPerRow);
    if (start > of.start && (of === last || inside > bytesPerRow)) {
      rows.push({ kind: "fold", start, size: inside, of });
      start += inside;
      continue;
    }
    rows.push({ kind: "units", start, pieces: piecesOf(stretches, index, start, unit, perRow) });
    start += bytesPerRow;
  }
  return rows;
}

function piecesOf<S extends Stretch>(
  stretches: readonly S[],
  first: number,
  start: number,
  unit: number,
  perRow: number,
): Piece<S>[] {
  const pieces: Piece<S>[] = [];
  const end = start + unit * perRow;
  for (let i = first; i < stretches.length && stretches[i]!.start < end; i++) {
    const of = stretches[i]!;
    const from = Math.max(of.start, start);
    const until = Math.min(of.start + of.size, end);
    pieces.push({
      of,
      start: from,
      from: (from - start) / unit,
      units: (until - from) / unit,
      isFirst: from === of.start,
      isLast: until === of.start + of.size,
    });
  }
  return pieces;
}

/** Fewer units a row where the screen is narrow. */
export function unitsPerRow(width: number): number {
  if (width >= 1000) return 64;
  return width >= 520 ? 32 : 16;
}
