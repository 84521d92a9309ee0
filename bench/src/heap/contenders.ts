// Mallocs on the bytes of a wasm memory, each under the names of C.

import { hasClang, moduleOf, ourModule } from "./build.ts";

export interface Malloc {
  readonly name: string;
  malloc(size: number): number;
  free(pointer: number): void;
  realloc(pointer: number, size: number): number;
  readonly memory: WebAssembly.Memory | undefined;
  /** Where it begins to use the memory, with its bookkeeping. */
  readonly start: number;
  /** Bytes of bookkeeping at the end of its memory for each byte before. */
  readonly share: number;
}

type Functions = Pick<Malloc, "malloc" | "free" | "realloc">;

function ours(name: string, file: "heap" | "heap-checked"): Malloc {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(ourModule(file), { env: { memory, grown() {} } });
  const { init, malloc, free, realloc, control } = exports as unknown as Functions & {
    init(base: number, maximumPages: number): number;
    control: WebAssembly.Global<"i32">;
  };
  if (init(1024, 65536) !== 0) throw new Error("init failed");
  const share = file === "heap" ? 1 / 64 : 1 / 64 + 1 / 128;
  return { name, malloc, free, realloc, memory, start: control.value, share };
}

interface PeerExports extends Functions {
  memory: WebAssembly.Memory;
  start?(): number;
  __heap_base?: WebAssembly.Global<"i32">;
}

function peer(name: string, file: string): Malloc {
  const { exports } = new WebAssembly.Instance(moduleOf(file));
  const { malloc, free, realloc, memory, start, __heap_base } = exports as unknown as PeerExports;
  return {
    ...{ name, malloc, free, realloc, memory, share: 0 },
    start: start?.() ?? __heap_base?.value ?? 0,
  };
}

export const FLOOR = "floor";
export const OURS = "suballoc/heap, unchecked";
export const CHECKED = "suballoc/heap, checked";
export const TLSF = "AssemblyScript's TLSF";
export const DLMALLOC = "dlmalloc (wasi-libc)";

const MALLOCS: Record<string, () => Malloc> = {
  [FLOOR]: () => ({ ...peer(FLOOR, "floor"), memory: undefined }),
  [OURS]: () => ours(OURS, "heap"),
  [CHECKED]: () => ours(CHECKED, "heap-checked"),
  [TLSF]: () => peer(TLSF, "tlsf"),
  ...(hasClang() ? { [DLMALLOC]: () => peer(DLMALLOC, "dlmalloc") } : {}),
};

export const NAMES = Object.keys(MALLOCS);

export function create(name: string): Malloc {
  const make = MALLOCS[name];
  if (!make) throw new Error(`no malloc ${name}`);
  return make();
}
