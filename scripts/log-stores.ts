// From asc's unoptimised text of a shared module: every store to memory becomes a call to the function of
// assembly/shared/undo.ts that saves the old bytes first; then Binaryen optimises as for any other module. So engines
// are written once, and unshared modules contain nothing of this.

import binaryen from "binaryen";

const UNDO = "assembly/shared/undo/";
/** Functions of these files store as they are: the log itself, the lock, and what works on caches and on blocks' bytes. */
const UNCHANGED = [UNDO, "assembly/shared/lock/", "assembly/heap-shared/malloc/"];

const STORE = /^( *)((?:i32|i64|f64|v128)\.store(?:8|16|32)?)(?: offset=(\d+))?(?: align=\d+)?$/;
const BULK = /^( *)memory\.(fill|copy)$/;

const LOGGED: Record<string, string> = {
  "i32.store8": "put8",
  "i32.store16": "put16",
  "i32.store": "put32",
  "i64.store": "put64",
  "f64.store": "putF64",
  "v128.store": "putV128",
};

/** Exports that only keep functions in the module until stores are replaced. */
const FOR_THE_BUILD = [...Object.values(LOGGED), "fillLogged", "copyLogged"];
const FOR_TESTS = ["setFuse", "undoCount"];

function replaceStores(wat: string): string {
  let changes = false;
  return wat
    .split("\n")
    .map((line) => {
      const name = /^ \(func \$(\S+)/.exec(line)?.[1];
      if (name !== undefined) changes = !UNCHANGED.some((file) => name.startsWith(file));
      if (!changes) {
        const inlined = /__inlined_func\$(\S+)/.exec(line)?.[1];
        if (inlined && !UNCHANGED.some((file) => inlined.startsWith(file)))
          throw new Error(`${inlined} was inlined where stores are not logged`);
        return line;
      }
      const [, indent, store, offset = "0"] = STORE.exec(line) ?? [];
      if (store !== undefined) {
        const logged = LOGGED[store];
        if (logged === undefined) throw new Error(`no logged form of ${store} (in ${name})`);
        return `${indent}i32.const ${offset}\n${indent}call $${UNDO}${logged}`;
      }
      const bulk = BULK.exec(line);
      if (bulk) return `${bulk[1]}call $${UNDO}${bulk[2]}Logged`;
      if (/\b(store(8|16|32)?(_lane)?|memory\.init)\b/.test(line) && !line.includes("atomic"))
        throw new Error(`a store that cannot be logged: ${line.trim()}`);
      return line;
    })
    .join("\n");
}

/** The optimised module of this text of asc's, with its stores logged. */
export function logStores(wat: string, forTests: boolean): Uint8Array {
  const module = binaryen.parseText(replaceStores(wat));
  module.setFeatures(
    binaryen.Features.SIMD128 |
      binaryen.Features.BulkMemoryOpt |
      binaryen.Features.Atomics |
      binaryen.Features.BulkMemory |
      binaryen.Features.MutableGlobals |
      binaryen.Features.SignExt |
      binaryen.Features.NontrappingFPToInt,
  );
  for (const name of [...FOR_THE_BUILD, ...(forTests ? [] : FOR_TESTS)]) module.removeExport(name);
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(1);
  binaryen.setZeroFilledMemory(true);
  // Saving must be part of the function that stores: as a call it costs more than the store, and with a vector as
  // argument much more. (Tracked first fit with 10^4 blocks: 1.13 times the time without a log, as calls 2.8.)
  binaryen.setAlwaysInlineMaxSize(40);
  binaryen.setFlexibleInlineMaxSize(65);
  binaryen.setOneCallerInlineMaxSize(200);
  module.optimize();
  module.optimize();
  if (!module.validate()) throw new Error("the module with logged stores is not valid");
  // An active segment would wipe the state of a memory that is in use when another worker instantiates.
  if (module.emitText().includes("(data ")) throw new Error("a shared module must not have data");
  const wasm = module.emitBinary();
  module.dispose();
  return wasm;
}
