// The map as a file: a copy of the SVG with the colours it has on the screen written into it.

import { colour } from "../theme.ts";

const styles = [
  ...["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight"],
  ...["font-family", "opacity", "paint-order"],
];
const captionHeight = 34;

export function mapAsSvg(svg: SVGSVGElement, caption: string): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll("*");
  copy.querySelectorAll<SVGElement>("*").forEach((element, i) => {
    const style = getComputedStyle(originals[i]!);
    for (const name of styles) element.setAttribute(name, style.getPropertyValue(name));
    for (const name of ["role", "tabindex", "aria-selected", "aria-label", "data-start", "class"])
      element.removeAttribute(name);
  });
  for (const name of ["role", "aria-label", "aria-describedby"]) copy.removeAttribute(name);
  const { width, height } = svg.viewBox.baseVal;
  const namespace = "http://www.w3.org/2000/svg";
  const background = document.createElementNS(namespace, "rect");
  const text = document.createElementNS(namespace, "text");
  const all = { x: 0, y: -captionHeight, width, height: height + captionHeight };
  for (const [name, value] of Object.entries({ ...all, fill: colour("surface") }))
    background.setAttribute(name, String(value));
  const words = {
    x: 4,
    y: -12,
    fill: colour("text"),
    "font-size": 14,
    "font-family": "sans-serif",
  };
  for (const [name, value] of Object.entries(words)) text.setAttribute(name, String(value));
  text.textContent = caption;
  copy.prepend(background, text);
  copy.setAttribute("xmlns", namespace);
  copy.setAttribute("height", String(height + captionHeight));
  copy.setAttribute("viewBox", `0 ${-captionHeight} ${width} ${height + captionHeight}`);
  return new XMLSerializer().serializeToString(copy);
}
