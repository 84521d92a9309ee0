// Three browser engines: Chromium and Firefox driven by Puppeteer, WebKitGTK's MiniBrowser by WebDriver on
// a display of its own (Xvfb). The browsers come from the system; nothing is downloaded.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { launch } from "puppeteer-core";
import { Builder, Capabilities } from "selenium-webdriver";
import { Unavailable } from "./matrix.ts";

export interface Browser {
  readonly version: string;
  /** Loads a page, in place of the one before. */
  open(url: string): Promise<void>;
  close(): Promise<void>;
}

const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** The first of these programs that is on the PATH. */
function find(names: readonly string[], debianPackage: string): string {
  for (const folder of (process.env.PATH ?? "").split(delimiter))
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name);
  throw new Unavailable(`no ${names.join(" or ")}: \`apt-get install ${debianPackage}\``);
}

async function openPuppeteer(browser: "chrome" | "firefox", executablePath: string) {
  const args = browser === "chrome" ? CHROMIUM_ARGUMENTS : [];
  const running = await launch({ browser, executablePath, headless: true, args });
  const page = await running.newPage();
  return {
    version: await running.version(),
    open: async (url: string) => void (await page.goto(url)),
    close: () => running.close(),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A display without a screen: its number, once it is there. */
async function openDisplay(program: string): Promise<{ name: string; server: ChildProcess }> {
  const server = spawn(program, ["-displayfd", "3", "-screen", "0", "1024x768x24"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const [digits] = await once(server.stdio[3] as Readable, "data");
  return { name: `:${String(digits).trim()}`, server };
}

async function openWebKit(): Promise<Browser> {
  const driverProgram = find(["WebKitWebDriver"], "webkit2gtk-driver");
  const display = await openDisplay(find(["Xvfb"], "xvfb"));
  const port = await freePort();
  const driver = spawn(driverProgram, [`--port=${port}`], {
    stdio: "ignore",
    env: { ...process.env, DISPLAY: display.name },
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = () => {
    driver.kill();
    display.server.kill();
  };
  try {
    for (let tries = 0; !(await fetch(`${url}/status`).catch(() => undefined))?.ok; tries++) {
      if (tries > 100) throw new Error("WebKitWebDriver does not answer");
      await wait(100);
    }
    const session = await new Builder()
      .usingServer(url)
      .withCapabilities(new Capabilities({ browserName: "MiniBrowser" }))
      .build();
    return {
      version: `MiniBrowser/${(await session.getCapabilities()).get("browserVersion")}`,
      open: (url) => session.get(url),
      close: async () => {
        await session.quit();
        stop();
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}

export const BROWSERS: Record<string, () => Promise<Browser>> = {
  Chromium: async () => {
    const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    return openPuppeteer("chrome", process.env.CHROMIUM_PATH || find(names, "chromium"));
  },
  Firefox: async () => openPuppeteer("firefox", find(["firefox-esr", "firefox"], "firefox-esr")),
  WebKitGTK: openWebKit,
};
