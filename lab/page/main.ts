// Starts the page: which view is shown, links, exports.

import { init } from "suballoc";
import { byId } from "./dom.ts";
import { type Exports, exportAs, type Format } from "./export.ts";
import { InsidePage } from "./inside/page.ts";
import { flushLink, readLink, type ViewName, viewNames, writeLink } from "./link.ts";
import { PlayPage } from "./play/page.ts";
import { ReplayPage } from "./replay/page.ts";

await init();

const notice = byId("notice", HTMLElement);
let shown: ViewName | undefined;

const play = new PlayPage(() => changed("play"));
const replay = new ReplayPage(() => changed("replay"));
const inside = new InsidePage(() => changed("inside"));
const pages = { play, replay, inside };
const titles: Readonly<Record<ViewName, string>> = {
  ...{ play: "play", replay: "replay", inside: "inside malloc" },
};

function changed(view: ViewName): void {
  if (shown === view) writeLink({ view, parameters: pages[view].write() });
}

function follow(): void {
  const { view, parameters } = readLink();
  shown = undefined; // what is on its way to the screen must not change the link
  for (const name of viewNames) {
    byId(name, HTMLElement).hidden = name !== view;
    const tab = byId(`nav-${name}`, HTMLElement);
    if (name === view) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  document.title = `suballoc lab: ${titles[view]}`;
  const problem = parameters.size === 0 ? undefined : pages[view].read(parameters);
  shown = view;
  if (view === "replay") replay.enter();
  else replay.leave();
  say(problem ?? "");
  if (problem === undefined) changed(view);
}

function say(message: string): void {
  notice.textContent = message;
}

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-export]")) {
  button.addEventListener("click", async () => {
    const format = button.dataset.export as Format;
    const exports: Exports = pages[shown ?? "play"];
    try {
      await exportAs(format, exports);
      say(`Saved ${exports.name}.${format}.`);
    } catch (error) {
      say(`Cannot save it: ${(error as Error).message}.`);
    }
  });
}

byId("copy-link", HTMLButtonElement).addEventListener("click", async () => {
  flushLink();
  try {
    await navigator.clipboard.writeText(location.href);
    say("Link copied.");
  } catch {
    say("This browser does not let the page copy: the link is in the address bar.");
  }
});

addEventListener("hashchange", follow);
addEventListener("pagehide", flushLink);
addEventListener("keydown", (event) => {
  if (shown === undefined || shown === "replay") return;
  if (event.target instanceof HTMLInputElement) return;
  if (pages[shown].onKey(event)) event.preventDefault();
});
follow();
document.documentElement.dataset.ready = "true";
