// Loading cores beforehand.

import type { Core, CoreSource } from "./core/core.js";
import { ArgumentTypeError } from "./errors.js";

/** What {@link init} loads each core from; `true` stands for the bytes embedded in the package. */
export type CoreSources<Name extends string = string> = {
  [name in Name]?: CoreSource | true;
};

/** Load what is asked for: the narrow core from a source, cores by name, or all of them. */
export async function loadCores(
  cores: readonly Core[],
  asked: CoreSource | CoreSources | undefined,
): Promise<void> {
  let sources: CoreSources;
  if (asked === undefined) sources = Object.fromEntries(cores.map(({ name }) => [name, true]));
  else if (Object.prototype.toString.call(asked) === "[object Object]")
    sources = asked as CoreSources;
  else sources = { narrow: asked as CoreSource };
  await Promise.all(
    Object.entries(sources).map(([name, source]) => {
      const core = cores.find((each) => each.name === name);
      if (core) return core.load(source === true ? undefined : source);
      const names = cores.map((each) => each.name).join(", ");
      const message = `there is no core "${name}" here, only ${names}`;
      throw new ArgumentTypeError("ERR_BAD_OPTIONS", message, "source", asked);
    }),
  );
}
