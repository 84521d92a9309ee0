// Which part of a picture is shown: from which operation to which, and which addresses. Zooming and panning never leave
// the picture.

export interface View {
  /** Operations done at the left edge, and at the right. */
  readonly from: number;
  readonly to: number;
  /** Addresses at the lower edge, and at the upper. */
  readonly low: number;
  readonly high: number;
}

export interface Limits {
  readonly operations: number;
  /** The highest address there is. */
  readonly top: number;
  /** No fewer operations are shown. */
  readonly leastOperations: number;
}

/** No fewer addresses are shown. */
const leastAddresses = 64;

export function whole({ operations, top }: Limits): View {
  return { from: 0, to: operations, low: 0, high: top };
}

export function isWhole({ from, to, low, high }: View, { operations, top }: Limits): boolean {
  return from <= 0 && to >= operations && low <= 0 && high >= top;
}

/** @param factor below 1 shows less, above 1 more; the operation and the address stay where they are */
export function zoom(
  view: View,
  limits: Limits,
  factor: number,
  operation: number,
  address: number,
): View {
  const [from, to] = scaled(
    view.from,
    view.to,
    factor,
    operation,
    limits.leastOperations,
    limits.operations,
  );
  const [low, high] = scaled(view.low, view.high, factor, address, leastAddresses, limits.top);
  return { from, to, low, high };
}

export function pan(view: View, limits: Limits, operations: number, addresses: number): View {
  const { from, to, low, high } = view;
  const [left, right] = within(from + operations, to - from, limits.operations);
  const [bottom, top] = within(low + addresses, high - low, limits.top);
  return { from: left, to: right, low: bottom, high: top };
}

/** Moved no further than it takes to show this point. */
export function including(view: View, limits: Limits, operation: number, address: number): View {
  return pan(
    view,
    limits,
    distanceTo(operation, view.from, view.to),
    distanceTo(address, view.low, view.high),
  );
}

function distanceTo(value: number, least: number, most: number): number {
  if (value < least) return value - least;
  return value > most ? value - most : 0;
}

function scaled(
  start: number,
  end: number,
  factor: number,
  fixed: number,
  least: number,
  most: number,
): [number, number] {
  const span = Math.min(most, Math.max(Math.min(least, most), (end - start) * factor));
  const share = (fixed - start) / (end - start);
  return within(fixed - share * span, span, most);
}

/** Moved inside. All there is comes out as exactly 0 and `most`, without a rounding error: `isWhole` compares. */
function within(start: number, span: number, most: number): [number, number] {
  if (span >= most) return [0, most];
  const first = Math.max(0, Math.min(most - span, start));
  return [first, first + span];
}
