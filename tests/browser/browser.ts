// A real headless Chromium for the tests, and a server for the pages it loads. On a machine without
// one the tests are skipped, saying how to get it; where CI is set they fail.

import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium } from "playwright-core";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Path of the Chromium to use; undefined when there is none. A path that was asked for must exist. */
export function findChromium(): string | undefined {
  const asked = process.env.CHROMIUM_PATH;
  if (asked && !existsSync(asked)) throw new Error(`CHROMIUM_PATH names no file: ${asked}`);
  return asked || PLACES.find((place) => existsSync(place));
}

/** Whether to skip the browser's tests: only where it is missing, and never in CI. */
export function skipsWithoutChromium(): boolean {
  if (findChromium()) return false;
  console.log(
    "browser tests: no Chromium found. Get one with `apt-get install chromium`, " +
      "or set CHROMIUM_PATH to one.",
  );
  return !process.env.CI;
}

/** WebGPU on the software adapter. Without the last three, Chromium loses the device when a canvas is shown. */
export const WEBGPU_ARGUMENTS = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-angle=swiftshader",
];

export function launch(more: readonly string[] = ["--disable-gpu"]): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath)
    throw new Error("no Chromium: `apt-get install chromium`, or set CHROMIUM_PATH");
  return chromium.launch({ executablePath, headless: true, args: [...ARGUMENTS, ...more] });
}

export interface Served {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** What makes a page cross-origin isolated, so that it may share memory. */
export const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** Serves these files, by path, on a free port of this machine. */
export async function serve(
  files: Readonly<Record<string, Served>>,
  headers: Readonly<Record<string, string>> = {},
) {
  const server = createServer((request, response) => {
    const file = files[new URL(request.url ?? "/", "http://localhost").pathname];
    response.writeHead(file ? 200 : 404, {
      "content-type": file?.type ?? "text/plain",
      ...headers,
    });
    response.end(file?.body ?? "not found");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
