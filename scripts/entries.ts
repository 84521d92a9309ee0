// What the package exports: each entry is bundled to build/<name>.js and build/<name>.cjs.

export interface Entry {
  readonly name: string;
  readonly source: string;
}

export const ENTRIES: readonly Entry[] = [
  { name: "index", source: "src/index.ts" },
  { name: "narrow", source: "src/narrow.ts" },
  { name: "webgpu", source: "src/webgpu/index.ts" },
  { name: "record", source: "src/record/index.ts" },
  { name: "heap", source: "src/heap/index.ts" },
  { name: "shared", source: "src/shared/index.ts" },
];
