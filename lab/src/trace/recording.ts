// Reads recordings of `suballoc/record`.
//
// A block that is resized is freed and allocated again: in this order where it stayed in place, the other way round where
// it moved, as it was in the recorded allocator. Of a block that is freed in part, the rest is allocated again.

import { type RecordedBlock, RecordingError, RecordingReader } from "suballoc/record";
import { NotATraceError, type Trace, TraceBuilder } from "./trace.ts";

export class RecordingTraceReader {
  readonly #builder = new TraceBuilder();
  /** Block ids of the trace by those of the recording. */
  readonly #ids = new Map<number, number>();
  readonly #reader = this.#createReader();

  push(chunk: Uint8Array): void {
    understood(() => this.#reader.push(chunk));
  }

  finish(): Trace {
    const { bytesLeftOver, folded } = understood(() => this.#reader.end());
    this.#builder.report.bytesLeftOver = bytesLeftOver;
    this.#builder.report.foldedOperations = folded;
    return this.#builder.finish("recording");
  }

  #createReader(): RecordingReader {
    const builder = this.#builder;
    const ids = this.#ids;
    const at = (time: number) => {
      builder.line++;
      builder.time = time;
    };
    const place = (block: RecordedBlock) => ids.set(block.id, builder.place(block.size, block));
    const release = ({ id }: RecordedBlock) => {
      builder.release(ids.get(id)!);
      ids.delete(id);
    };
    return new RecordingReader({
      allocate(block, time) {
        at(time);
        place(block);
      },
      free(block, time) {
        at(time);
        release(block);
      },
      resize(block, before, time) {
        at(time);
        const isInPlace = block.address === before.address;
        if (isInPlace) release(before);
        place(block);
        if (!isInPlace) release(before);
      },
      relabel(block, time) {
        at(time);
        builder.relabel(ids.get(block.id)!, block.label);
      },
      move(_block, _from, time) {
        at(time);
        builder.report.moves++;
      },
      refuse(_request, time) {
        at(time);
        builder.report.failedAllocations++;
      },
      unknown(_address, time) {
        at(time);
        builder.report.unknownFrees++;
      },
    });
  }
}

/** A recording that cannot be read is no trace. */
function understood<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof RecordingError) throw new NotATraceError(error.message);
    throw error;
  }
}
