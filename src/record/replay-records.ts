// Decodes the records of one segment and carries them out on the live blocks, telling a visitor what happened.

import {
  type ByteReader,
  damaged,
  HAS_ALIGNMENT,
  HAS_LABEL,
  HAS_SITE,
  Operation,
} from "./format.js";
import type { LiveBlocks, RecordedBlock } from "./live-blocks.js";

/** An allocation that found no room. */
export interface RefusedRequest {
  /** How much was asked for. */
  readonly size: number;
  /** 1 if none was asked for. */
  readonly alignment: number;
  /** The empty string if none was given. */
  readonly label: string;
  /** As {@link RecordedBlock.site}. */
  readonly site: string;
}

/**
 * Told what a recording holds, in order. Times are in µs since the recording began. A block that is resized, or freed
 * in part, ends; what is there afterwards is a new block.
 */
export interface RecordingVisitor {
  /** A block was allocated, or was there when the recording began. */
  allocate?(block: RecordedBlock, time: number): void;
  /** A block was freed. */
  free?(block: RecordedBlock, time: number): void;
  /** `before` became `block`: in place if both have the same address. */
  resize?(block: RecordedBlock, before: RecordedBlock, time: number): void;
  /** Defragmentation moved a block, whose address is the new one. */
  move?(block: RecordedBlock, from: number, time: number): void;
  /** A block has another label. */
  relabel?(block: RecordedBlock, time: number): void;
  /** An allocation found no room. */
  refuse?(request: RefusedRequest, time: number): void;
  /** The capacity changed. */
  capacity?(capacity: number, time: number): void;
  /** A free or a resize of something that was not live: made past the recorded allocator. */
  unknown?(address: number, time: number): void;
}

/** @returns how many operations there were; strings are none. */
export function replayRecords(
  reader: ByteReader,
  live: LiveBlocks,
  visitor: RecordingVisitor,
): number {
  const strings: string[] = [];
  let time = reader.number();
  let operations = 0;
  while (!reader.ended) {
    const tag = reader.byte();
    const operation = tag & 15;
    time += reader.number();
    if (operation === Operation.STRING) {
      strings.push(reader.string());
      continue;
    }
    operations++;
    const operands = readOperands(operation, reader);
    const alignment = tag & HAS_ALIGNMENT ? reader.number() : 1;
    const label = tag & HAS_LABEL ? stringAt(strings, reader.number()) : "";
    const site = tag & HAS_SITE ? stringAt(strings, reader.number()) : "";
    const [a = 0, b = 0, c = 0, d = 0] = operands;
    switch (operation) {
      case Operation.ALLOCATE:
      case Operation.RESERVE: {
        checkRange(b, a);
        if (alignment < 1) throw damaged("an alignment is 0");
        const block = live.add({ address: b, size: a, alignment, label, site, time });
        visitor.allocate?.(block, time);
        break;
      }
      case Operation.FREE: {
        const block = live.remove(a);
        if (block === undefined) visitor.unknown?.(a, time);
        else visitor.free?.(block, time);
        break;
      }
      case Operation.FREE_RANGE:
        checkRange(a, b);
        freeRange(live, visitor, a, b, time);
        break;
      case Operation.RESIZE: {
        checkRange(d, c);
        const block = live.at(a);
        const isWhole =
          block !== undefined && (b === 0 || live.roundUp(b) === live.roundUp(block.size));
        if (isWhole) {
          live.remove(a);
          const own = {
            alignment: tag & HAS_ALIGNMENT ? alignment : block.alignment,
            label: tag & HAS_LABEL ? label : block.label,
            site: block.site,
          };
          const after = live.add({ address: d, size: c, time, ...own });
          visitor.resize?.(after, block, time);
        } else if (b === 0) {
          visitor.unknown?.(a, time);
        } else {
          freeRange(live, visitor, a, b, time);
          const after = live.add({ address: d, size: c, alignment, label, site, time });
          visitor.allocate?.(after, time);
        }
        break;
      }
      case Operation.MOVE: {
        const block = live.move(a, b);
        if (block === undefined) visitor.unknown?.(a, time);
        else visitor.move?.(block, a, time);
        break;
      }
      case Operation.REFUSE:
        visitor.refuse?.({ size: a, alignment, label, site }, time);
        break;
      case Operation.RELABEL: {
        const block = live.relabel(a, label);
        if (block === undefined) visitor.unknown?.(a, time);
        else visitor.relabel?.(block, time);
        break;
      }
      case Operation.CAPACITY:
        visitor.capacity?.(a, time);
        break;
      case Operation.RESET:
        for (const block of live.clear()) visitor.free?.(block, time);
        break;
      default:
        throw damaged(`there is no operation ${operation}`);
    }
  }
  return operations;
}

function readOperands(operation: number, reader: ByteReader): number[] {
  switch (operation) {
    case Operation.ALLOCATE:
    case Operation.RESERVE:
      return [reader.number(), reader.address()];
    case Operation.FREE:
    case Operation.RELABEL:
      return [reader.address()];
    case Operation.FREE_RANGE:
      return [reader.address(), reader.number()];
    case Operation.RESIZE:
      return [reader.address(), reader.number(), reader.number(), reader.address()];
    case Operation.MOVE:
      return [reader.address(), reader.address()];
    case Operation.REFUSE:
    case Operation.CAPACITY:
      return [reader.number()];
    default:
      return [];
  }
}

function freeRange(
  live: LiveBlocks,
  visitor: RecordingVisitor,
  address: number,
  size: number,
  time: number,
): void {
  const { freed, kept } = live.removeRange(address, size);
  if (freed.length === 0) visitor.unknown?.(address, time);
  for (const block of freed) visitor.free?.(block, time);
  for (const block of kept) visitor.allocate?.(block, time);
}

function checkRange(address: number, size: number): void {
  if (size < 1 || !Number.isSafeInteger(address + size)) {
    throw damaged(`[${address}, ${address} + ${size}) is no range`);
  }
}

function stringAt(strings: readonly string[], index: number): string {
  const text = strings[index];
  if (text === undefined) throw damaged(`there is no string ${index}`);
  return text;
}
