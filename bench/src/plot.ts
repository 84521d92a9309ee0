// The plot: ns per pair against the number of live blocks, both axes logarithmic, one line a contender.

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { FLOOR, REFERENCE } from "../contenders/names.ts";
import { CHURN } from "./plan.ts";
import { type Results, racesByLive } from "./results.ts";

interface Point {
  name: string;
  live: number;
  ns: number;
}

const WIDTH = 900;
const HEIGHT = 620;
const MARGIN = { top: 48, right: 200, bottom: 48, left: 64 };

/** Ours in warm colours, peers in cold ones, yardsticks in grey. */
const COLORS: Record<string, string> = {
  [REFERENCE]: "#c2410c",
  "raw:first-fit": "#f97316",
  "suballoc:next-fit": "#ca8a04",
  "suballoc:best-fit": "#be185d",
  "suballoc:worst-fit": "#7e22ce",
  "suballoc:linked-list": "#b45309",
  "AssemblyScript TLSF": "#0369a1",
  "PlayCanvas BlockAllocator": "#047857",
  "@thi.ng/malloc": "#1d4ed8",
  "malloc (codemix)": "#0891b2",
};
const GREY = "#6b7280";
const color = (name: string) => COLORS[name] ?? GREY;

/** The last point of each line, moved up or down so that the labels of one column do not overlap. */
function labels(points: readonly Point[], decades: number): Point[] {
  const last = new Map<string, Point>();
  for (const point of points) last.set(point.name, point);
  // Decades of the y axis that a line of text is high.
  const lineHeight = (15 / (HEIGHT - MARGIN.top - MARGIN.bottom)) * decades;
  const ends = [...last.values()];
  return [...new Set(ends.map(({ live }) => live))].flatMap((live) => {
    const column = ends.filter((point) => point.live === live);
    const placed = column.map((point) => ({ point, y: Math.log10(point.ns) }));
    placed.sort((a, b) => a.y - b.y);
    // Push neighbours apart evenly, a little at a time, until all have their distance.
    for (let pass = 0; pass < 200; pass++)
      for (let i = 1; i < placed.length; i++) {
        const [below, above] = [placed[i - 1], placed[i]] as [{ y: number }, { y: number }];
        const missing = lineHeight - (above.y - below.y);
        if (missing <= 0) continue;
        below.y -= missing / 2;
        above.y += missing / 2;
      }
    return placed.map(({ point, y }) => ({ ...point, ns: 10 ** y }));
  });
}

export function plotChurn(results: Results): string {
  const points: Point[] = racesByLive(results, CHURN).flatMap(({ live, race }) =>
    Object.entries(race.results).flatMap(([name, { ns }]) => (ns ? [{ name, live, ns }] : [])),
  );
  const decades =
    Math.log10(Math.max(...points.map(({ ns }) => ns))) -
    Math.log10(Math.min(...points.map(({ ns }) => ns)));
  const lives = [...new Set(points.map(({ live }) => live))];
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const isOurs = ({ name }: Point) => name === REFERENCE;
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    style: { background: "white", color: "#111827", fontSize: "13px", fontFamily: "sans-serif" },
    x: { type: "log", label: "live blocks", grid: true, ticks: lives, tickFormat: "~s" },
    y: { type: "log", label: "ns per free + allocate", grid: true, tickFormat: "~s" },
    marks: [
      ...[false, true].map((isFloor) =>
        Plot.line(points, {
          filter: ({ name }: Point) => (name === FLOOR) === isFloor,
          x: "live",
          y: "ns",
          z: "name",
          stroke: ({ name }: Point) => color(name),
          strokeWidth: (point: Point) => (isOurs(point) ? 4 : 1.6),
          ...(isFloor && { strokeDasharray: "4,4" }),
        }),
      ),
      Plot.dot(points, {
        x: "live",
        y: "ns",
        fill: ({ name }: Point) => color(name),
        r: (point: Point) => (isOurs(point) ? 5 : 2.8),
      }),
      ...[false, true].map((ours) =>
        Plot.text(labels(points, decades), {
          filter: (point: Point) => isOurs(point) === ours,
          x: "live",
          y: "ns",
          text: "name",
          fill: ({ name }: Point) => color(name),
          textAnchor: "start",
          dx: 9,
          fontWeight: ours ? "bold" : "normal",
          stroke: "white",
          strokeWidth: 4,
        }),
      ),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${svg.outerHTML}\n`;
}
