// What a person did to the block, in a form short enough for a link.
//
//   a40 a40.16   allocate 40, aligned to 16     F40   fill with random sizes of up to twice 40
//   f3           free the block of the third allocation (from 0)   h   free half   d   defragment
//   F40!7        the first 7 steps of it only

export type Action = { readonly limit?: number } & (
  | { readonly kind: "allocate"; readonly size: number; readonly alignment: number }
  | { readonly kind: "free"; readonly id: number }
  | { readonly kind: "fill"; readonly size: number }
  | { readonly kind: "free-half" }
  | { readonly kind: "defragment" }
);

const pattern = /^([afFhd])(\d+)?(?:\.(\d+))?(?:!(\d+))?$/;

export function encodeActions(actions: readonly Action[]): string {
  return actions.map((action) => encode(action) + encodeLimit(action)).join("_");
}

function encode(action: Action): string {
  switch (action.kind) {
    case "allocate":
      return action.alignment === 1 ? `a${action.size}` : `a${action.size}.${action.alignment}`;
    case "free":
      return `f${action.id}`;
    case "fill":
      return `F${action.size}`;
    case "free-half":
      return "h";
    case "defragment":
      return "d";
  }
}

function encodeLimit({ limit }: Action): string {
  return limit === undefined ? "" : `!${limit}`;
}

/** @returns undefined if the text is not from encodeActions() */
export function decodeActions(text: string): Action[] | undefined {
  if (text === "") return [];
  const actions = text.split("_").map(decode);
  return actions.every((action) => action !== undefined) ? actions : undefined;
}

function decode(text: string): Action | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, letter, ...numbers] = match;
  const [number, alignment, limit] = numbers.map((digits) =>
    digits === undefined ? undefined : Number(digits),
  );
  if ([number, alignment, limit].some((n) => n !== undefined && !Number.isSafeInteger(n))) {
    return undefined;
  }
  const action = actionOf(letter!, number, alignment ?? 1);
  return action === undefined || limit === undefined ? action : { ...action, limit };
}

function actionOf(
  letter: string,
  number: number | undefined,
  alignment: number,
): Action | undefined {
  if (letter === "h") return { kind: "free-half" };
  if (letter === "d") return { kind: "defragment" };
  if (number === undefined) return undefined;
  if (letter === "f") return { kind: "free", id: number };
  if (number === 0 || alignment === 0) return undefined;
  return letter === "F"
    ? { kind: "fill", size: number }
    : { kind: "allocate", size: number, alignment };
}
