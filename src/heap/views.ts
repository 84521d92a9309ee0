// Views of a WebAssembly memory that are never detached. Growth detaches every view of a memory, whoever causes
// it. A detached typed array has length 0: that is how growth is noticed here, without reading `memory.buffer`.

/** One view of the whole memory for each type of number. */
export const viewsOf = (buffer: ArrayBuffer) => ({
  i8: new Int8Array(buffer),
  u8: new Uint8Array(buffer),
  i16: new Int16Array(buffer),
  u16: new Uint16Array(buffer),
  i32: new Int32Array(buffer),
  u32: new Uint32Array(buffer),
  i64: new BigInt64Array(buffer),
  u64: new BigUint64Array(buffer),
  f32: new Float32Array(buffer),
  f64: new Float64Array(buffer),
  data: new DataView(buffer),
});

export type MemoryViews = Readonly<ReturnType<typeof viewsOf>>;
