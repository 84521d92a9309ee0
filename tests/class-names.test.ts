// Classes of the built package are called in `constructor.name` what they are exported as: bundling renames classes that
// name themselves within (scripts/bundle.ts).

import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { ENTRIES } from "../scripts/entries.ts";

/** [entry, name, name of the class] of every class that the package exports. */
function classesOf(load: "import" | "require"): [entry: string, as: string, name: string][] {
  const entries = ENTRIES.map(({ name }) => (name === "index" ? "suballoc" : `suballoc/${name}`));
  const script = `
    import { createRequire } from "node:module";
    const require = createRequire(process.cwd() + "/");
    const found = [];
    for (const entry of ${JSON.stringify(entries)})
      for (const [as, value] of Object.entries(${load === "import" ? "await import" : "require"}(entry)))
        if (typeof value === "function" && /^[A-Z]/.test(as)) found.push([entry, as, value.name]);
    console.log(JSON.stringify(found));`;
  const args = ["--input-type=module", "--eval", script];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

test.each(["import", "require"] as const)("%s", (load) => {
  const classes = classesOf(load);
  const exported = classes.map(([entry, as]) => `${as} of ${entry}`);
  expect(exported).toContain("TrackedAllocator of suballoc");
  expect(exported).toContain("SharedHeap of suballoc/shared");
  expect(classes.map(([entry, , name]) => `${name} of ${entry}`)).toEqual(exported);
});
