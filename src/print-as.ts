// What console.log prints in Node of heaps, and of what is shared: of the latter without the lock, whose holder may be the
// one that is looked into.

/** Let `console.log(target)` print what `describe` says. Not by a method: a class with one would not shake off. */
export function printAs(target: object, describe: () => string): void {
  const value = describe;
  Object.defineProperty(target, Symbol.for("nodejs.util.inspect.custom"), { value });
}
