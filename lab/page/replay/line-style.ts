// Each policy's line: a colour and a dash, so that either alone tells them apart.

import type { TrackedPolicy } from "suballoc";

export const dashes: Readonly<Record<TrackedPolicy, readonly number[]>> = {
  "first-fit": [],
  "next-fit": [7, 4],
  "best-fit": [2, 3],
  "worst-fit": [10, 3, 2, 3],
  "linked-list": [1, 6],
  "segregated-fit": [12, 2, 3, 2],
  buddy: [5, 2, 1, 2],
};

export function lineSample(policy: TrackedPolicy): SVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  const line = document.createElementNS(namespace, "path");
  svg.setAttribute("viewBox", "0 0 28 8");
  svg.setAttribute("class", "line-sample");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", "M0 4h28");
  line.setAttribute("stroke", `var(--${policy})`);
  line.setAttribute("stroke-width", "3");
  line.setAttribute("stroke-dasharray", dashes[policy].join(" "));
  svg.append(line);
  return svg;
}
