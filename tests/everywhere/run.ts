// Proves that the package, packed as npm would publish it, runs everywhere, and prints the matrix.
//
// A package of its own: its dependencies are runtimes, browsers' drivers, bundlers and packaging checks,
// which nobody needs who only works on the allocator. Browsers come from the system.

import { checkBundles } from "./bundles.ts";
import { checkCloudflare } from "./cloudflare.ts";
import { makeConsumer } from "./consumer.ts";
import { conclude } from "./matrix.ts";
import { checkPackage } from "./packaging.ts";
import { checkPages } from "./pages.ts";
import { checkProject } from "./project.ts";
import { checkRuntimes } from "./runtimes.ts";
import { checkTypes } from "./types.ts";

const consumer = await makeConsumer();
try {
  await checkRuntimes(consumer);
  await checkBundles(consumer);
  await checkPages(consumer);
  await checkCloudflare(consumer);
  await checkTypes(consumer);
  await checkPackage(consumer);
  await checkProject();
} finally {
  consumer.remove();
}
process.exitCode = conclude() ? 0 : 1;
