// What consumers of `suballoc/heap` run: the family, refusals, growth, saving and loading, and a lean heap.

type HeapModule = typeof import("suballoc/heap");

export function heapStory({ Heap, LeanHeap }: HeapModule): string {
  const lines: string[] = [];
  const tell = (what: string, ...values: unknown[]) =>
    lines.push(`${what}: ${values.map((value) => JSON.stringify(value)).join(" ")}`);
  const refused = (call: () => unknown) => {
    try {
      call();
    } catch (error) {
      const { name, code } = error as { name: string; code: string };
      tell("refused", name, code);
    }
  };
  for (const checked of [true, false]) {
    const heap = new Heap({ checked, maximum: 40 * 65_536 });
    const p = heap.malloc(100);
    heap.f64[p / 8] = 1.5;
    const q = heap.realloc(p, 1_000_000);
    tell("contents", heap.f64[q / 8], p % 16, q % 16);
    const numbers = heap.array(Float32Array, 10);
    tell("array", [...numbers], heap.alignedAlloc(4096, 10) % 4096);
    const loaded = Heap.load(heap.save());
    loaded.validate();
    tell("loaded", loaded.f64[q / 8], loaded.stats().blocks);
    heap.free(q);
    if (checked) refused(() => heap.free(q));
    if (checked) refused(() => heap.free(numbers.byteOffset + 4));
    refused(() => heap.malloc(10_000_000));
    heap.validate();
    tell("blocks", heap.stats().blocks);
  }
  const lean = new LeanHeap();
  lean.free(lean.imports.malloc(10));
  lean.dispose();
  refused(() => lean.malloc(1));
  return lines.join("\n");
}
