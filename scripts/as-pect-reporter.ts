// The reporter of the as-pect specs: as-pect's own summary on the terminal, and, after every spec file,
// all results so far in build/test-results/as-pect.json (as-pect-wide.json for the wide core):
//
//   { "files": 3, "passed": 120, "failed": 1,
//     "tests": [{ "file": "tests/as-pect/list.spec.ts", "name": "group > test", "pass": true, "message": null }, …] }
//
// A file that fails outside of its tests (in a hook, or while it starts) counts as one failed test of the
// name "(file)". A spec that does not compile ends the run at once with exit code 1, and is not in the file.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { SummaryReporter, type TestContext, type TestNode } from "@as-pect/core";

export interface AsPectResult {
  file: string;
  name: string;
  pass: boolean;
  message: string | null;
}

export interface AsPectResults {
  files: number;
  passed: number;
  failed: number;
  tests: AsPectResult[];
}

/** as-pect's TestNodeType.Test: a const enum, which cannot be imported. */
const TEST = 0;

function fullName(test: TestNode): string {
  const names = [test.name];
  for (let group = test.parent; group?.name; group = group.parent) names.unshift(group.name);
  return names.join(" > ");
}

class ResultsReporter extends SummaryReporter {
  readonly #results: AsPectResults = { files: 0, passed: 0, failed: 0, tests: [] };

  /**
   * as-pect remembers strings by their address, and returns an old one when the address is used again:
   * wrong messages and values, though never wrong results. Forget them as they come.
   */
  override onEnter(context: TestContext, node: TestNode): void {
    super.onEnter(context, node);
    const strings = (context as unknown as { cachedStrings: Map<number, string> }).cachedStrings;
    strings.set = () => strings;
    strings.clear();
  }

  override onFinish(context: TestContext): void {
    super.onFinish(context);
    const spec = context.fileName;
    const tests: AsPectResult[] = [];
    context.rootNode.visit((node) => {
      if (node.type !== TEST) return;
      const message = node.pass ? null : node.message || node.stackTrace || "did not run";
      tests.push({ file: spec, name: fullName(node), pass: node.pass, message });
    });
    const outside = [...context.errors.map((error) => error.message)];
    if (!context.pass && tests.every((test) => test.pass))
      outside.push("failed outside of its tests");
    if (tests.length === 0) outside.push("holds no tests");
    if (outside.length > 0) {
      tests.push({ file: spec, name: "(file)", pass: false, message: outside.join("; ") });
      context.pass = false;
    }

    const results = this.#results;
    results.files += 1;
    results.tests.push(...tests);
    results.passed = results.tests.filter((test) => test.pass).length;
    results.failed = results.tests.length - results.passed;
    const file = process.env.AS_PECT_RESULTS as string; // as-pect.config.js
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  }
}

export default new ResultsReporter();
