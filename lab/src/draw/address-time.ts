// Address against time as an SVG: one panel a policy, time to the right in operations, addresses upwards.
//
// A block is a rectangle from its allocation to its free, coloured by size. Tens of thousands of them
// would make a file nothing can show, so only those at least a pixel high and wide are drawn one by
// one; the others are summed up in a grid of pixels, each coloured by the size class that fills most
// of it and paler the less of it is live, and runs of equal pixels become one rectangle. The file then
// grows with the picture, not with the trace.

import type { Replay } from "../replay/replay.ts";
import { deathsOf, type Trace } from "../trace/trace.ts";
import { bytes, count } from "./format.ts";
import { PixelGrid } from "./pixel-grid.ts";
import { sizeClasses, sizeClassOf } from "./size-classes.ts";
import { escapeXml, round } from "./svg.ts";

export interface Panel {
  readonly policy: string;
  readonly replay: Replay;
}

const width = 1000;
const plot = { left: 84, width: 890, height: 240 };
const header = 84;
const panelHeight = plot.height + 72;

const opacities = [0.25, 0.5, 0.75, 1];

export function drawAddressAgainstTime(
  title: string,
  trace: Trace,
  panels: readonly Panel[],
): string {
  const height = header + panels.length * panelHeight + 8;
  const top = Math.max(...panels.map(({ replay }) => Math.max(replay.capacity, 1)));
  const deaths = deathsOf(trace);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#222">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${plot.left}" y="26" font-size="17" font-weight="600">${escapeXml(title)}</text>`,
    legend(),
  ];
  panels.forEach((panel, index) => {
    parts.push(drawPanel(trace, deaths, panel, header + index * panelHeight, top));
  });
  parts.push("</svg>\n");
  return parts.join("\n");
}

function legend(): string {
  const parts: string[] = [];
  let x = plot.left;
  const entry = (swatchWidth: number, swatch: string, label: string) => {
    parts.push(
      `<g transform="translate(${x} 42)">${swatch}<text x="${swatchWidth + 5}" y="10">${label}</text></g>`,
    );
    x += swatchWidth + label.length * 6.5 + 18;
  };
  for (const { colour, label } of sizeClasses) {
    entry(12, `<rect width="12" height="12" fill="${colour}"/>`, label);
  }
  const ramp = opacities.map(
    (opacity, index) =>
      `<rect x="${index * 10}" width="10" height="12" fill="#222" fill-opacity="${opacity}"/>`,
  );
  entry(40, ramp.join(""), "share of a pixel live");
  entry(20, `<path d="M0 6h20" ${peakStroke}/>`, "peak of live bytes");
  return parts.join("");
}

const peakStroke = 'stroke="#d81b60" stroke-dasharray="4 3" fill="none"';

function drawPanel(
  trace: Trace,
  deaths: Int32Array,
  { policy, replay }: Panel,
  offset: number,
  top: number,
): string {
  const operations = Math.max(1, trace.operations.length);
  const xOf = (operation: number) => (operation / operations) * plot.width;
  const heightOf = (size: number) => (size / top) * plot.height;
  const yOf = (address: number) => plot.height - heightOf(address);

  const large: string[][] = sizeClasses.map(() => []);
  const grid = new PixelGrid(plot.width, plot.height);
  trace.operations.subarray(0, replay.operations).forEach((id, birth) => {
    if (id < 0) return;
    const size = trace.sizes[id]!;
    const address = replay.addresses[id]!;
    const x = xOf(birth);
    const w = xOf(Math.min(deaths[id]!, replay.operations)) - x;
    const h = heightOf(size);
    const y = yOf(address + size);
    const sizeClass = sizeClassOf(size);
    if (w >= 1 && h >= 1) {
      large[sizeClass]!.push(`M${round(x)} ${round(y)}h${round(w)}v${round(h)}h${round(-w)}z`);
    } else {
      grid.add(sizeClass, x, x + w, y, y + h);
    }
  });

  const capacityY = round(yOf(replay.capacity));
  const end = replay.failure
    ? ` — does not fit: ${count(replay.failure.size)} bytes at operation ${count(replay.operations + 1)}`
    : "";
  return [
    `<g transform="translate(${plot.left} ${offset})">`,
    `<text y="-6" font-size="14" font-weight="600">${policy}<tspan font-weight="400" font-size="12">  in ${count(replay.capacity)} bytes${end}</tspan></text>`,
    `<rect y="${capacityY}" width="${plot.width}" height="${round(plot.height - capacityY)}" fill="#f6f4ee"/>`,
    gridRuns(grid),
    ...sizeClasses.map(({ colour }, index) =>
      large[index]!.length === 0
        ? ""
        : `<path fill="${colour}" stroke="#fff" stroke-width=".25" d="${large[index]!.join("")}"/>`,
    ),
    `<path d="M${round(xOf(trace.peakOperation + 1))} 0v${plot.height}" ${peakStroke}/>`,
    `<path d="M0 ${capacityY}h${plot.width}" stroke="#222" stroke-width=".75"/>`,
    axes(operations, top, xOf, yOf),
    "</g>",
  ].join("\n");
}

/** Runs of equal pixels in a row, as one path for each colour and opacity. */
function gridRuns(grid: PixelGrid): string {
  const paths = new Map<number, string[]>();
  const inks = grid.inks(opacities.length);
  for (let y = 0; y < plot.height; y++) {
    const row = inks.subarray(y * plot.width, (y + 1) * plot.width);
    let run = 1;
    for (let x = 0; x < plot.width; x += run) {
      const ink = row[x]!;
      run = 1;
      while (row[x + run] === ink) run++;
      if (ink < 0) continue;
      const path = paths.get(ink) ?? [];
      paths.set(ink, path);
      path.push(`M${x} ${y}h${run}v1h-${run}z`);
    }
  }
  return [...paths]
    .map(([ink, path]) => {
      const { colour } = sizeClasses[Math.floor(ink / opacities.length)]!;
      const opacity = opacities[ink % opacities.length];
      return `<path fill="${colour}" fill-opacity="${opacity}" shape-rendering="crispEdges" d="${path.join("")}"/>`;
    })
    .join("\n");
}

function axes(
  operations: number,
  top: number,
  xOf: (operation: number) => number,
  yOf: (address: number) => number,
): string {
  const parts = [`<path d="M0 0v${plot.height}h${plot.width}" stroke="#222" fill="none"/>`];
  const yStep = binaryStep(top / 5);
  for (let address = 0; address <= top; address += yStep) {
    const y = round(yOf(address));
    parts.push(
      `<path d="M-4 ${y}h4" stroke="#222"/><text x="-8" y="${y + 4}" text-anchor="end">${bytes(address)}</text>`,
    );
  }
  const xStep = decimalStep(operations / 8);
  for (let operation = 0; operation <= operations; operation += xStep) {
    const x = round(xOf(operation));
    parts.push(
      `<path d="M${x} ${plot.height}v4" stroke="#222"/><text x="${x}" y="${plot.height + 17}" text-anchor="middle">${count(operation)}</text>`,
    );
  }
  parts.push(
    `<text x="${plot.width}" y="${plot.height + 34}" text-anchor="end" fill="#555">operations</text>`,
    `<text transform="translate(-72 ${plot.height / 2}) rotate(-90)" text-anchor="middle" fill="#555">address</text>`,
  );
  return parts.join("");
}

/** The next 1, 2 or 5 times a power of ten; at least 1. */
function decimalStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

/** The next power of two; at least 1. */
function binaryStep(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, least)));
}
