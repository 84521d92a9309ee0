// What the bench asks of a contender. `Ref` is what the contender gives out for a live block:
// an address, or an object of its own.

export interface Heap<Ref = unknown> {
  allocate(size: number): Ref;
  free(ref: Ref, size: number): void;
  /** For workloads with alignments. */
  allocateAligned?(size: number, alignment: number): Ref;
  /** For workloads in batches: called instead of `allocate` and `free` where there. */
  allocateMany?(sizes: ArrayLike<number>): ArrayLike<Ref>;
  freeMany?(refs: ArrayLike<Ref>, sizes: ArrayLike<number>): void;
  /** Whether `ref` says that the request did not fit. */
  failed(ref: Ref): boolean;
  addressOf(ref: Ref): number;
  /** Where the loop keeps what `allocate` gave out: typed where refs are numbers. */
  refs(count: number): Ref[];
  /** Bytes of metadata now in use, where the contender can tell. */
  metadataBytes?(): number;
}

/** Parts shared by contenders whose refs are addresses. */
export const numeric = {
  addressOf: (ref: number) => ref,
  refs: (count: number) => new Float64Array(count) as unknown as number[],
};
