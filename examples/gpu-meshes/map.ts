// The buffer as rows of cells: how much of each cell is vertices, indices, just moved, or free.

import type { GpuBufferPool, GpuSlice } from "suballoc/webgpu";

const CELL = { width: 4, height: 9, gap: 1 };
/** Milliseconds for which a moved slice is marked. */
const MARKED_FOR = 500;

const KINDS = ["vertices", "indices", "moved"] as const;

export class BufferMap {
  readonly #context: CanvasRenderingContext2D;
  readonly #movedAt = new WeakMap<GpuSlice, number>();

  constructor(readonly canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext("2d") as CanvasRenderingContext2D;
  }

  /** Remember these slices, to mark them for a while. */
  mark(moved: readonly GpuSlice[], now: number): void {
    for (const slice of moved) this.#movedAt.set(slice, now);
  }

  draw(pool: GpuBufferPool, now: number): void {
    const { canvas } = this;
    const context = this.#context;
    const ratio = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    context.scale(ratio, ratio);

    const [across, down] = [Math.floor(width / CELL.width), Math.floor(height / CELL.height)];
    const bytesPerCell = pool.bufferSize / (across * down);
    const shares = KINDS.map(() => new Float32Array(across * down));
    for (const slice of pool.blocks()) {
      const isMoved = now - (this.#movedAt.get(slice) ?? -Infinity) < MARKED_FOR;
      const kind = isMoved ? 2 : slice.label === "vertices" ? 0 : 1;
      const share = shares[kind] as Float32Array;
      let at = slice.offset;
      const end = at + slice.size;
      while (at < end) {
        const cell = Math.min(share.length - 1, Math.floor(at / bytesPerCell));
        const until = Math.min(end, Math.max(at + 1, (cell + 1) * bytesPerCell));
        share[cell] = (share[cell] as number) + (until - at) / bytesPerCell;
        at = until;
      }
    }

    // Each cell is a small bar: what it holds, one above the other, on the colour of free memory.
    const style = getComputedStyle(canvas);
    const filled = new Float32Array(across * down);
    const barHeight = CELL.height - CELL.gap;
    const fill = (name: string, shareOf: (cell: number) => number) => {
      context.fillStyle = style.getPropertyValue(`--${name}`);
      for (let cell = 0; cell < across * down; cell++) {
        const height = Math.min(1, shareOf(cell)) * barHeight;
        if (height === 0) continue;
        const x = (cell % across) * CELL.width;
        const y = Math.floor(cell / across) * CELL.height + (filled[cell] as number);
        context.fillRect(x, y, CELL.width - CELL.gap / 2, height);
        if (name !== "free") filled[cell] = (filled[cell] as number) + height;
      }
    };
    fill("free", () => 1);
    for (const [i, name] of KINDS.entries())
      fill(name, (cell) => (shares[i] as Float32Array)[cell] as number);
  }
}
