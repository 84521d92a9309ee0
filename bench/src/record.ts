// What recording costs: the churn of `MemoryAllocator` and of `TrackedAllocator`, not recorded, recorded, and recorded
// with call sites, turn by turn in one process. `npx tsx bench/src/record.ts [--live N]`

import { parseArgs } from "node:util";
import { MemoryAllocator, TrackedAllocator } from "suballoc";
import { type RecordOptions, record, recordingOf } from "suballoc/record";
import { Random } from "./random.ts";

const { values } = parseArgs({ options: { live: { type: "string", default: "10000" } } });
const live = Number(values.live);
const rounds = 25;
const pairs = 20_000;
const largest = 1024;
const capacity = Math.ceil(live * (largest / 2) * 1.4);

interface Churner {
  readonly name: string;
  /** Bytes written for each operation; undefined if nothing is recorded. */
  bytesPerOperation(): number | undefined;
  /** @returns ns for a free and an allocation together */
  round(): number;
}

function churner<T extends object>(
  name: string,
  allocator: T,
  options: RecordOptions | undefined,
  allocate: (allocator: T, size: number) => number,
  free: (allocator: T, address: number, size: number) => void,
): Churner {
  const random = new Random(1);
  const sizes = Array.from({ length: live }, () => 1 + random.below(largest));
  const addresses = sizes.map((size) => allocate(allocator, size));
  const used = options === undefined ? allocator : record(allocator, options);
  return {
    name,
    bytesPerOperation() {
      if (options === undefined) return undefined;
      const recording = recordingOf(used);
      const kept = recording.operations - recording.folded;
      return recording.bytes / kept;
    },
    round() {
      const slots = Array.from({ length: pairs }, () => random.below(live));
      const next = slots.map(() => 1 + random.below(largest));
      const start = performance.now();
      for (let i = 0; i < pairs; i++) {
        const slot = slots[i]!;
        free(used, addresses[slot]!, sizes[slot]!);
        addresses[slot] = allocate(used, next[i]!);
        sizes[slot] = next[i]!;
      }
      return ((performance.now() - start) * 1e6) / pairs;
    },
  };
}

const untracked = (name: string, options?: RecordOptions) =>
  churner(
    name,
    new MemoryAllocator(capacity),
    options,
    (allocator, size) => allocator.allocate(size),
    (allocator, address, size) => allocator.free(address, size),
  );
const tracked = (name: string, options?: RecordOptions) =>
  churner(
    name,
    new TrackedAllocator(capacity),
    options,
    (allocator, size) => allocator.allocate(size),
    (allocator, address) => allocator.free(address),
  );

const kinds: Churner[][] = [
  [
    untracked("`MemoryAllocator`"),
    untracked("`MemoryAllocator`, recorded", {}),
    untracked("`MemoryAllocator`, to a sink", { sink: { write() {} } }),
    untracked("`MemoryAllocator`, with 4 frames", { callSites: true }),
  ],
  [
    tracked("`TrackedAllocator`"),
    tracked("`TrackedAllocator`, recorded", {}),
    tracked("`TrackedAllocator`, to a sink", { sink: { write() {} } }),
    tracked("`TrackedAllocator`, with 4 frames", { callSites: true }),
  ],
];

const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

console.log("| | ns per pair | | bytes an operation |");
console.log("| :-- | --: | --: | --: |");
for (const churners of kinds) {
  const times = churners.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    churners.forEach((one, index) => {
      const time = one.round();
      if (round >= 5) times[index]!.push(time); // the first ones warm up
    });
  }
  churners.forEach(({ name, bytesPerOperation }, index) => {
    const ratio = median(times[index]!.map((time, round) => time / times[0]![round]!));
    const bytes = bytesPerOperation();
    console.log(
      `| ${name} | ${median(times[index]!).toFixed(0)} | ${index === 0 ? "" : `${ratio.toFixed(2)}×`} | ${bytes === undefined || bytes < 1 ? "" : bytes.toFixed(1)} |`,
    );
  });
}
