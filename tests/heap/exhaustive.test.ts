import { expect, test } from "vitest";
import { beginnings, runAll } from "./exhaustive.ts";

test.each(beginnings.flatMap((name) => [true, false].map((checked) => ({ name, checked }))))(
  "every sequence of 3 operations: $name, checked: $checked",
  ({ name, checked }) => {
    expect(runAll(name, checked, 3)).toBeGreaterThan(300);
  },
);
