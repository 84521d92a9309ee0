// A picture summed up pixel by pixel: how much of each pixel the blocks of each size class cover.

import { sizeClasses } from "./size-classes.ts";

export class PixelGrid {
  readonly width: number;
  readonly height: number;
  readonly #covered: readonly Float32Array[];

  constructor(width: number, height: number, classes: number = sizeClasses.length) {
    this.width = width;
    this.height = height;
    this.#covered = Array.from({ length: classes }, () => new Float32Array(width * height));
  }

  /** Adds the area a rectangle covers of each pixel it touches; what lies outside is left out. */
  add(sizeClass: number, left: number, right: number, top: number, bottom: number): void {
    const covered = this.#covered[sizeClass]!;
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(bottom, this.height); y++) {
      const high = Math.min(bottom, y + 1) - Math.max(top, y);
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(right, this.width); x++) {
        covered[y * this.width + x]! += high * (Math.min(right, x + 1) - Math.max(left, x));
      }
    }
  }

  /**
   * `sizeClass * levels + level` of a pixel: the class that fills most of it, and how much is covered by
   * any, in equal steps. -1 where next to nothing is.
   */
  ink(pixel: number, levels: number): number {
    let sum = 0;
    let most = 0;
    this.#covered.forEach((covered, sizeClass) => {
      sum += covered[pixel]!;
      if (covered[pixel]! > this.#covered[most]![pixel]!) most = sizeClass;
    });
    if (sum < 0.02) return -1;
    return most * levels + Math.min(levels - 1, Math.floor(sum * levels));
  }

  inks(levels: number): Int8Array<ArrayBuffer> {
    const inks = new Int8Array(this.width * this.height);
    for (let pixel = 0; pixel < inks.length; pixel++) inks[pixel] = this.ink(pixel, levels);
    return inks;
  }
}
