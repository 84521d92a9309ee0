// Methods named by symbols, which not every runtime has: for `using`, and for console.log in Node.

interface Described {
  inspect(): string;
}

/**
 * Give a class both, if it lacks them: what ends one of its objects is its method `end`, what is printed is what
 * `inspect` returns. To be called by the constructor, so that an import has no side effects.
 */
export function addSymbols<End extends string>(
  prototype: Described & Record<End, () => void>,
  end: End,
): void {
  const dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");
  if (dispose in prototype) return;
  Object.assign(prototype, {
    [dispose](this: typeof prototype) {
      this[end]();
    },
    [Symbol.for("nodejs.util.inspect.custom")](this: Described) {
      return this.inspect();
    },
  });
}
