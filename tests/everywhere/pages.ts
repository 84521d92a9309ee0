// Pages in the three browser engines: without a bundler, in a worker, under content security policies,
// loading asynchronously, and as bundles.

import { BROWSERS, type Browser } from "./browsers.ts";
import { BUNDLERS } from "./bundlers.ts";
import { bundlePath } from "./bundles.ts";
import type { Consumer } from "./consumer.ts";
import { expectRefusal, expectStory } from "./expected.ts";
import { check } from "./matrix.ts";
import { openSite, type Page } from "./site.ts";

const IMPORTS = JSON.stringify({
  imports: {
    suballoc: "/node_modules/suballoc/build/index.js",
    "suballoc/heap": "/node_modules/suballoc/build/heap.js",
    "suballoc/shared": "/node_modules/suballoc/build/shared.js",
  },
});

/** A page of one module; inline elements only if they are not forbidden. */
function pageOf(module: string, options: { imports?: boolean; policy?: string } = {}): Page {
  const { imports = false, policy } = options;
  return {
    html: [
      `<!doctype html><meta charset="utf-8"><title>suballoc</title><link rel="icon" href="data:,">`,
      `<script src="/report.js"></script>`,
      imports ? `<script type="importmap">${IMPORTS}</script>` : "",
      `<script type="module" src="/${module}"></script>`,
    ].join("\n"),
    headers: policy ? { "content-security-policy": policy } : {},
  };
}

const STRICT = "default-src 'none'; connect-src 'self'; worker-src 'self'; img-src data:; ";

/** Without these a page gets no SharedArrayBuffer. */
const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

interface Visit {
  what: string;
  page: Page;
  expect: (told: string) => void;
  /** Where it is tried; everywhere, if not given. */
  browsers?: readonly string[];
}

const VISITS: Visit[] = [
  { what: "page, suballoc.min.js", page: pageOf("page-min.mjs"), expect: expectStory },
  {
    what: "page, import map",
    page: pageOf("main.mjs", { imports: true }),
    expect: expectStory,
  },
  {
    what: "suballoc/heap, import map",
    page: pageOf("page-heap.mjs", { imports: true }),
    expect: (told) => expectStory(told, "expected-heap.txt"),
  },
  {
    what: "suballoc/shared, a page and its worker",
    page: { ...pageOf("page-shared.mjs", { imports: true }), headers: ISOLATION },
    expect: (told) => expectStory(told, "expected-shared.txt"),
    // WebKitGTK's page hears nothing from its worker; why is not known yet.
    browsers: ["Chromium", "Firefox"],
  },
  { what: "module worker", page: pageOf("page-worker.mjs"), expect: expectStory },
  {
    what: "CSP: script-src 'self' 'wasm-unsafe-eval'",
    page: pageOf("page-min.mjs", { policy: `${STRICT}script-src 'self' 'wasm-unsafe-eval'` }),
    expect: expectStory,
  },
  {
    what: "CSP without WebAssembly: error names init",
    page: pageOf("page-refused.mjs", { policy: `${STRICT}script-src 'self'` }),
    expect: (told) => {
      const [synchronous, asynchronous] = JSON.parse(told);
      expectRefusal(synchronous);
      expectRefusal(asynchronous);
    },
  },
  {
    what: "synchronous compilation refused: init()",
    page: pageOf("page-synchronous.mjs", { imports: true }),
    expect: (told) => {
      const [refusal, ...story] = told.split("\n");
      expectRefusal(refusal);
      expectStory(story.join("\n"));
    },
  },
  {
    what: "init(fetch(…)) streams the .wasm",
    page: pageOf("page-stream.mjs", { imports: true }),
    expect: (told) => {
      const [streamed, ...story] = told.split("\n");
      if (streamed !== "streamed: 1") throw new Error(streamed);
      expectStory(story.join("\n"));
    },
  },
  ...Object.keys(BUNDLERS).map((name) => ({
    what: `bundle of ${name}`,
    page: pageOf(bundlePath(name)),
    expect: expectStory,
  })),
];

export async function checkPages({ folder }: Consumer): Promise<void> {
  const site = await openSite(folder);
  for (const [name, open] of Object.entries(BROWSERS)) {
    let browser: Browser | undefined;
    await check(name, "starts", async () => {
      browser = await open();
      return browser.version;
    });
    if (!browser) continue;
    for (const { what, page, expect, browsers } of VISITS) {
      if (browsers && !browsers.includes(name)) continue;
      await check(name, what, async () => expect(await site.visit(browser as Browser, page)));
    }
    await browser.close();
  }
  await site.close();
}
