// Writes the records of a segment, drawn in format.ts; replay-records.ts reads them.

import {
  ByteWriter,
  HAS_ALIGNMENT,
  HAS_LABEL,
  HAS_SITE,
  LONGEST_STRING,
  Operation,
} from "./format.js";

export class RecordWriter extends ByteWriter {
  /** Of the last record, in µs since the recording began. */
  time = 0;
  /** Strings of the segment, by text. */
  readonly #strings = new Map<string, number>();

  /** Begin the records of a segment, in which no string is known yet. */
  begin(): void {
    this.#strings.clear();
    this.number(this.time);
  }

  /** The first part of a record: its tag and time, which must not be earlier than the last one's. */
  tag(tag: number, time: number): void {
    this.byte(tag);
    this.number(time - this.time);
    this.time = time;
  }

  /** The index of a string in this segment; it is written down at its first use. */
  indexOf(text: string): number {
    const short = text.slice(0, LONGEST_STRING);
    let index = this.#strings.get(short);
    if (index === undefined) {
      index = this.#strings.size;
      this.#strings.set(short, index);
      this.tag(Operation.STRING, this.time);
      this.string(short);
    }
    return index;
  }

  /** The record of a block, or of a request that found no room: then the address is below 0. */
  block(
    operation: number,
    time: number,
    size: number,
    address: number,
    alignment: number,
    label: string,
    site: string,
  ): void {
    const labelIndex = label === "" ? -1 : this.indexOf(label);
    const siteIndex = site === "" ? -1 : this.indexOf(site);
    const tag =
      operation |
      (alignment === 1 ? 0 : HAS_ALIGNMENT) |
      (labelIndex < 0 ? 0 : HAS_LABEL) |
      (siteIndex < 0 ? 0 : HAS_SITE);
    this.tag(tag, time);
    this.number(size);
    if (address >= 0) this.address(address);
    if (alignment !== 1) this.number(alignment);
    if (labelIndex >= 0) this.number(labelIndex);
    if (siteIndex >= 0) this.number(siteIndex);
  }
}
