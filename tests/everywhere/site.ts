// A plain static server for the pages: the consumer's files as they are, the pages with their own headers,
// and one address to which a page reports what it has to tell (consumer/report.js).

import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { Browser } from "./browsers.ts";

const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

export interface Page {
  html: string;
  headers?: Record<string, string>;
}

export interface Site {
  /** Opens a page and returns what it reports. */
  visit(browser: Browser, page: Page): Promise<string>;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

export async function openSite(folder: string): Promise<Site> {
  /** The page on show and its address; reports of pages before it come too late. */
  let shown: { page: Page; path: string; tell: (text: string) => void } | undefined;
  let visits = 0;

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/report") {
      const text = await bodyOf(request);
      if (shown && request.headers.referer?.endsWith(shown.path)) shown.tell(text);
      response.writeHead(204).end();
    } else if (pathname === shown?.path) {
      response.writeHead(200, { "content-type": "text/html", ...shown.page.headers });
      response.end(shown.page.html);
    } else {
      const file = join(folder, normalize(decodeURIComponent(pathname)));
      const body = await readFile(file).catch(() => undefined);
      const type = TYPES[extname(pathname)] ?? "application/octet-stream";
      // The workers of an isolated page must be so themselves; to other pages it makes no difference.
      const headers = { "content-type": type, "cross-origin-embedder-policy": "require-corp" };
      response.writeHead(body ? 200 : 404, headers).end(body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    async visit(browser, page) {
      const path = `/page-${++visits}`;
      let timer: NodeJS.Timeout | undefined;
      const told = new Promise<string>((tell, reject) => {
        shown = { page, path, tell };
        timer = setTimeout(() => reject(new Error("the page reported nothing for 30 s")), 30_000);
      });
      try {
        const [text] = await Promise.all([told, browser.open(origin + path)]);
        return text;
      } finally {
        clearTimeout(timer);
        shown = undefined;
      }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
