// What a person did to the heap, in a form short enough for a link.
//
//   m100        malloc(100)              c2.50     calloc(2, 50)      a64.100   alignedAlloc(64, 100)
//   r3.200      realloc to 200 what the fourth allocation is now (from 0)
//   f3 f3.16    free its pointer; 16 bytes beyond it              x32   free the address 32 bytes after the first block

export type Action =
  | { readonly kind: "malloc"; readonly size: number }
  | { readonly kind: "calloc"; readonly count: number; readonly size: number }
  | { readonly kind: "aligned"; readonly alignment: number; readonly size: number }
  | { readonly kind: "realloc"; readonly id: number; readonly size: number }
  | { readonly kind: "free"; readonly id: number; readonly offset: number }
  | { readonly kind: "free-at"; readonly offset: number };

const pattern = /^([mcarfx])(\d{1,10})(?:\.(\d{1,10}))?$/;

export function encodeActions(actions: readonly Action[]): string {
  return actions.map(encode).join("_");
}

function encode(action: Action): string {
  switch (action.kind) {
    case "malloc":
      return `m${action.size}`;
    case "calloc":
      return `c${action.count}.${action.size}`;
    case "aligned":
      return `a${action.alignment}.${action.size}`;
    case "realloc":
      return `r${action.id}.${action.size}`;
    case "free":
      return action.offset === 0 ? `f${action.id}` : `f${action.id}.${action.offset}`;
    case "free-at":
      return `x${action.offset}`;
  }
}

/** @returns undefined if the text is not from encodeActions() */
export function decodeActions(text: string): Action[] | undefined {
  if (text === "") return [];
  const actions = text.split("_").map(decode);
  return actions.every((action) => action !== undefined) ? actions : undefined;
}

function decode(text: string): Action | undefined {
  const [, letter, first, second] = pattern.exec(text) ?? [];
  if (letter === undefined) return undefined;
  const [a, b] = [Number(first), second === undefined ? undefined : Number(second)];
  if (letter === "f") return { kind: "free", id: a, offset: b ?? 0 };
  if (b === undefined) {
    if (letter === "m") return { kind: "malloc", size: a };
    return letter === "x" ? { kind: "free-at", offset: a } : undefined;
  }
  if (letter === "c") return { kind: "calloc", count: a, size: b };
  if (letter === "a") return { kind: "aligned", alignment: a, size: b };
  return letter === "r" ? { kind: "realloc", id: a, size: b } : undefined;
}
