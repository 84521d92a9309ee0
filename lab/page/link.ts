// The part of the address after `#` says what is on the screen: `#play?c=1000&…`, `#replay?t=jq&…`, `#inside?h=m100&…`.

export const viewNames = ["play", "replay", "inside"] as const;
export type ViewName = (typeof viewNames)[number];

export interface Link {
  readonly view: ViewName;
  readonly parameters: URLSearchParams;
}

const settleMilliseconds = 250; // browsers refuse an address changed too often
let pending: { timer: number; hash: string } | undefined;

export function readLink(): Link {
  const [view, query = ""] = location.hash.slice(1).split("?", 2);
  return {
    view: viewNames.find((name) => name === view) ?? "play",
    parameters: new URLSearchParams(query),
  };
}

export function linkTo({ view, parameters }: Link): string {
  const query = parameters.toString();
  return query === "" ? `#${view}` : `#${view}?${query}`;
}

/** Soon, and without a new entry in the browser's history. */
export function writeLink(link: Link): void {
  clearTimeout(pending?.timer);
  pending = { hash: linkTo(link), timer: window.setTimeout(flushLink, settleMilliseconds) };
}

/** What is still to be written is written now. */
export function flushLink(): void {
  if (pending === undefined) return;
  clearTimeout(pending.timer);
  if (pending.hash !== location.hash) history.replaceState(null, "", pending.hash);
  pending = undefined;
}
