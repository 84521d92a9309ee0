// Shapes on a canvas and as SVG.

import { escapeXml, round } from "../../src/draw/svg.ts";
import { scaled } from "../canvas.ts";
import { colour } from "../theme.ts";
import type { Shape } from "./scene.ts";

const font = "system-ui, sans-serif";
const hatchStep = 7;
const dash = [5, 3];

export function paintOnCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  shapes: readonly Shape[],
): void {
  const context = scaled(canvas, width, height);
  const colours = new Map<string, string>();
  const ink = (name: string) => {
    const known = colours.get(name) ?? colour(name);
    colours.set(name, known);
    return known;
  };
  const hatch = hatchPattern(context, ink("hatch"), devicePixelRatio);
  for (const shape of shapes) paintShape(context, shape, ink, hatch);
}

function paintShape(
  context: CanvasRenderingContext2D,
  shape: Shape,
  ink: (name: string) => string,
  hatch: CanvasPattern,
): void {
  if (shape.kind === "text") {
    context.font = `${shape.bold ? "bold " : ""}${shape.size}px ${font}`;
    context.textAlign = shape.anchor === "middle" ? "center" : shape.anchor;
    context.fillStyle = ink(shape.fill);
    context.fillText(shape.text, shape.x, shape.y);
    return;
  }
  if (shape.kind === "line") {
    context.setLineDash(dash);
    context.lineWidth = 2;
    context.strokeStyle = ink(shape.stroke);
    context.beginPath();
    context.moveTo(shape.x, shape.y);
    context.lineTo(shape.x, shape.y + shape.height);
    context.stroke();
    return;
  }
  const { x, y, width, height, fill, stroke, strokeWidth = 1 } = shape;
  if (fill !== undefined) {
    context.fillStyle = shape.hatched ? hatch : ink(fill);
    context.fillRect(x, y, width, height);
  }
  if (stroke !== undefined && (width > 2 || strokeWidth > 1)) {
    context.setLineDash(shape.dashed ? dash : []);
    context.lineWidth = strokeWidth;
    context.strokeStyle = ink(stroke);
    context.strokeRect(x, y, width, height);
  }
}

/** A tile of slanted lines, drawn in the screen's own pixels so that it stays sharp. */
function hatchPattern(
  context: CanvasRenderingContext2D,
  ink: string,
  scale: number,
): CanvasPattern {
  const size = Math.round(hatchStep * scale);
  const tile = new OffscreenCanvas(size, size);
  const on = tile.getContext("2d")!;
  on.strokeStyle = ink;
  on.lineWidth = scale;
  on.beginPath();
  for (const shift of [-size, 0, size]) {
    on.moveTo(shift, size);
    on.lineTo(shift + size, 0);
  }
  on.stroke();
  const pattern = context.createPattern(tile, "repeat")!;
  pattern.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern;
}

export function paintAsSvg(
  title: string,
  caption: string,
  width: number,
  height: number,
  shapes: readonly Shape[],
): string {
  const margin = 16;
  const header = 56;
  const full = { width: width + 2 * margin, height: height + header + 2 * margin };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${full.width} ${full.height}" width="${full.width}" height="${full.height}" font-family="${font}">`,
    `<title>${escapeXml(title)}</title>`,
    `<defs><pattern id="hatch" width="${hatchStep}" height="${hatchStep}" patternUnits="userSpaceOnUse"><path d="M0 ${hatchStep}L${hatchStep} 0M-1 1L1 -1M${hatchStep - 1} ${hatchStep + 1}L${hatchStep + 1} ${hatchStep - 1}" stroke="${colour("hatch")}"/></pattern></defs>`,
    `<rect width="100%" height="100%" fill="${colour("surface")}"/>`,
    `<text x="${margin}" y="${margin + 14}" font-size="16" font-weight="600" fill="${colour("text")}">${escapeXml(title)}</text>`,
    `<text x="${margin}" y="${margin + 36}" font-size="13" fill="${colour("muted")}">${escapeXml(caption)}</text>`,
    `<g transform="translate(${margin} ${margin + header})">`,
    ...shapes.map(svgOf),
    "</g>",
    "</svg>\n",
  ].join("\n");
}

function svgOf(shape: Shape): string {
  if (shape.kind === "text") {
    return `<text x="${round(shape.x)}" y="${round(shape.y)}" font-size="${shape.size}"${shape.bold ? ' font-weight="bold"' : ""} text-anchor="${shape.anchor}" fill="${colour(shape.fill)}">${escapeXml(shape.text)}</text>`;
  }
  if (shape.kind === "line") {
    return `<path d="M${round(shape.x)} ${shape.y}v${shape.height}" stroke="${colour(shape.stroke)}" stroke-width="2" stroke-dasharray="${dash.join(" ")}"/>`;
  }
  const { x, y, width, height, fill, stroke, strokeWidth = 1 } = shape;
  const paint = fill === undefined ? "none" : shape.hatched ? "url(#hatch)" : colour(fill);
  const outline =
    stroke === undefined
      ? ""
      : ` stroke="${colour(stroke)}" stroke-width="${strokeWidth}"${shape.dashed ? ` stroke-dasharray="${dash.join(" ")}"` : ""}`;
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${paint}"${outline}/>`;
}
