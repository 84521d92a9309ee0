// What has been read, and what of it is not replayed.

import { count } from "../../src/draw/format.ts";
import { leftOut } from "../../src/trace/left-out.ts";
import { kindOf, type Trace } from "../../src/trace/trace.ts";
import { byId, element, within } from "../dom.ts";

export function describeTrace(name: string, trace: Trace): void {
  const { operations, sizes, peakLiveBytes, report } = trace;
  byId("summary", HTMLElement).textContent =
    `${name}: ${kindOf(trace)}, ${count(operations.length)} operations, ${count(sizes.length)} blocks, ${count(peakLiveBytes)} bytes live at the peak`;
  const lines = leftOut(report).map(([number, what]) => `${count(number)} ${what}`);
  const unread = report.unreadableLines.map(({ line, text }) => `line ${line}: ${text}`);
  const more = report.unreadable - unread.length;
  const details = byId("left-out", HTMLDetailsElement);
  details.classList.toggle("empty", lines.length + unread.length === 0);
  within(details, "summary", HTMLElement).textContent =
    report.unreadable > 0
      ? `${count(report.unreadable)} of ${count(report.lines)} lines could not be read`
      : "Not replayed";
  within(details, "ul", HTMLElement).replaceChildren(
    ...[...lines, ...unread, ...(more > 0 ? [`and ${count(more)} more lines`] : [])].map((line) =>
      element("li", {}, line),
    ),
  );
}
