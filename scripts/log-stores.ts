// From asc's unoptimised text of a shared module: every store to memory becomes a call to the function of
// assembly/shared/undo.ts that saves the old bytes first. So engines are written once, and unshared modules contain
// nothing of this. Binaryen optimises twice: before, so that there are fewer stores to log, and after.

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

function parse(wat: string): binaryen.Module {
  const module = binaryen.parseText(wat);
  module.setFeatures(
    binaryen.Features.SIMD128 |
      binaryen.Features.BulkMemoryOpt |
      binaryen.Features.Atomics |
      binaryen.Features.BulkMemory |
      binaryen.Features.MutableGlobals |
      binaryen.Features.SignExt |
      binaryen.Features.NontrappingFPToInt,
  );
  return module;
}

const isLogged = (name: string) => !UNCHANGED.some((file) => name.startsWith(file));
const functionOf = (line: string) => /^ \(func \$(\S+)/.exec(line)?.[1];

/** Functions with logged stores that one without calls, and the other way round. */
function calledAcross(wat: string): Set<string> {
  const names = new Set<string>();
  let logged = false;
  for (const line of wat.split("\n")) {
    const name = functionOf(line);
    if (name !== undefined) logged = isLogged(name);
    const called = /^ *call \$(\S+)/.exec(line)?.[1];
    if (called !== undefined && isLogged(called) !== logged) names.add(called);
  }
  return names;
}

/** The text optimised, with no store moved from a function of one kind into one of the other. */
function optimizeApart(wat: string): string {
  const module = parse(wat);
  const kept = calledAcross(wat);
  for (const name of kept) {
    binaryen.setPassArgument("no-inline", name);
    module.runPasses(["no-inline"]);
  }
  binaryen.clearPassArguments();
  binaryen.setAlwaysInlineMaxSize(6);
  binaryen.setFlexibleInlineMaxSize(65);
  binaryen.setOneCallerInlineMaxSize(80);
  module.optimize();
  const text = module.emitStackIR();
  module.dispose();
  const left = new Set(text.split("\n").map(functionOf));
  const gone = [...kept].filter((name) => !left.has(name));
  // Two that look alike become one: not if only one of them was logged.
  const merged = [...calledAcross(text)].filter((name) => !kept.has(name));
  if (gone.length + merged.length > 0)
    throw new Error(`inlined or merged all the same: ${[...gone, ...merged].join(", ")}`);
  return text;
}

function replaceStores(wat: string): string {
  let changes = false;
  return wat
    .split("\n")
    .map((line) => {
      const name = functionOf(line);
      if (name !== undefined) changes = isLogged(name);
      if (!changes) return line;
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
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(1);
  binaryen.setZeroFilledMemory(true);
  const module = parse(replaceStores(optimizeApart(wat)));
  for (const name of [...FOR_THE_BUILD, ...(forTests ? [] : FOR_TESTS)]) module.removeExport(name);
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
