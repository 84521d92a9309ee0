// What consumers of `suballoc/webgpu` run, on a device that only counts: no real one is needed to see that the entry
// loads, that it shares core and error classes with the main entry, and that it keeps the books.

type Suballoc = typeof import("suballoc");
type Webgpu = typeof import("suballoc/webgpu");

/** As much of a GPUDevice as a pool needs. */
function countingDevice() {
  const counts = { buffers: 0, writes: 0, copies: 0, submits: 0 };
  const device = {
    limits: { maxBufferSize: 1 << 28 },
    lost: new Promise(() => {}),
    pushErrorScope() {},
    popErrorScope: async () => null,
    createBuffer({ size }: { size: number }) {
      counts.buffers++;
      return { size, destroy() {} };
    },
    createCommandEncoder: () => ({
      copyBufferToBuffer: () => counts.copies++,
      finish: () => ({}),
    }),
    queue: {
      writeBuffer: () => counts.writes++,
      submit: () => counts.submits++,
    },
  };
  return { counts, device: device as unknown as GPUDevice };
}

export async function webgpuStory(suballoc: Suballoc, webgpu: Webgpu): Promise<string> {
  const lines: string[] = [];
  const tell = (what: string, ...values: unknown[]) =>
    lines.push(`${what}: ${values.map((value) => JSON.stringify(value)).join(" ")}`);
  const { counts, device } = countingDevice();
  const pool = new webgpu.GpuBufferPool(device, { usage: 0x20, bufferSize: 1000, maxBuffers: 1 });
  tell("ready", await pool.ready);
  const slices = [100, 90, 80].map((size) => pool.allocate(size, { alignment: 20 }));
  tell(
    "offsets",
    slices.map(({ offset }) => offset),
  );
  for (const slice of slices) pool.write(slice, new Uint8Array(slice.size));
  pool.free(slices[0] as (typeof slices)[0]);
  const { moved, copies, done } = pool.defragment();
  tell("moved", moved.length, copies, done);
  tell(
    "offsets",
    moved.map(({ offset }) => offset),
  );
  tell("counts", counts);

  const refuse = (kind: new (...args: never[]) => Error, call: () => unknown) => {
    try {
      call();
      lines.push("not refused");
    } catch (error) {
      const { name, code } = error as Error & { code: string };
      tell("refused", name, code, error instanceof kind);
    }
  };
  refuse(suballoc.OutOfMemoryError, () => pool.allocate(900));
  refuse(suballoc.AllocatorRangeError, () => pool.allocate(0));
  refuse(webgpu.GpuPoolError, () => pool.free(slices[0] as (typeof slices)[0]));
  pool.destroy();
  refuse(suballoc.DisposedError, () => pool.allocate(1));
  return `${lines.join("\n")}\n`;
}
