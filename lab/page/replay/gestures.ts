// What people do to a picture with a mouse, a pen, fingers or a wheel, in a few words: press, drag, zoom, point at.

/** Positions are pixels from the upper left corner of the picture. */
export interface Gestures {
  press(x: number, y: number): void;
  /** Moved by so much since the last time, to here. */
  drag(dx: number, dy: number, x: number, y: number): void;
  /** @param factor below 1: closer */
  zoom(factor: number, x: number, y: number): void;
  point(x: number, y: number): void;
  leave(): void;
  /** Whether a turn of the wheel zooms; otherwise the page scrolls. */
  takesWheel(event: WheelEvent): boolean;
}

interface Finger {
  x: number;
  y: number;
}

/** Pixels a pointer may tremble and still press. */
const tremble = 4;
const wheelStrength = 0.002;
const pixelsPerLine = 16;

export function listenForGestures(target: HTMLElement, gestures: Gestures): void {
  const down = new Map<number, Finger>();
  let begun: Finger | undefined;
  let isDragging = false;

  const positionOf = (event: MouseEvent): Finger => {
    const { left, top } = target.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  target.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    target.setPointerCapture(event.pointerId);
    const at = positionOf(event);
    down.set(event.pointerId, at);
    begun = at;
    isDragging = down.size > 1; // two fingers never press
  });

  target.addEventListener("pointermove", (event) => {
    const at = positionOf(event);
    const before = down.get(event.pointerId);
    if (before === undefined || begun === undefined) {
      if (event.pointerType !== "touch") gestures.point(at.x, at.y);
      return;
    }
    if (down.size > 1) {
      pinch([...down.values()], before, at);
    } else if (isDragging || Math.hypot(at.x - begun.x, at.y - begun.y) > tremble) {
      isDragging = true;
      gestures.drag(at.x - before.x, at.y - before.y, at.x, at.y);
    } else {
      return; // not moved yet
    }
    Object.assign(before, at);
  });

  /** One finger of two has moved: their distance and their middle change. */
  const pinch = (fingers: readonly Finger[], before: Finger, at: Finger) => {
    const other = fingers.find((finger) => finger !== before)!;
    const [dx, dy] = [(at.x - before.x) / 2, (at.y - before.y) / 2];
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    const was = Math.hypot(before.x - other.x, before.y - other.y);
    const is = Math.hypot(at.x - other.x, at.y - other.y);
    gestures.drag(dx, dy, middle.x, middle.y);
    if (was > 0 && is > 0) gestures.zoom(was / is, middle.x, middle.y);
  };

  const up = (event: PointerEvent) => {
    if (!down.delete(event.pointerId)) return;
    if (down.size > 0 || isDragging || event.type !== "pointerup") return;
    const { x, y } = positionOf(event);
    gestures.press(x, y);
    gestures.point(x, y);
  };
  target.addEventListener("pointerup", up);
  target.addEventListener("pointercancel", up);
  target.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") gestures.leave();
  });
  // Two fingers are for the picture, not for the page.
  target.addEventListener(
    "touchstart",
    (event) => {
      if (event.touches.length > 1) event.preventDefault();
    },
    { passive: false },
  );
  target.addEventListener(
    "wheel",
    (event) => {
      if (!gestures.takesWheel(event)) return;
      event.preventDefault();
      const { x, y } = positionOf(event);
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : pixelsPerLine;
      const turn = Math.max(-200, Math.min(200, event.deltaY * pixels));
      gestures.zoom(Math.exp(turn * wheelStrength * (event.ctrlKey ? 3 : 1)), x, y);
    },
    { passive: false },
  );
}
