// What console.log prints in Node of heaps, and of shared allocators. Of what is shared it reads without the lock, since
// the holder of the lock may be the one that prints.

/** Let `console.log(target)` print what `describe` says. Not by a method: a bundler could not leave out a class with one. */
export function printAs(target: object, describe: () => string): void {
  const value = describe;
  Object.defineProperty(target, Symbol.for("nodejs.util.inspect.custom"), { value });
}
