// Series over time, one line a policy.

import type { TrackedPolicy } from "suballoc";
import uPlot from "uplot";
import { bytes, count, percent } from "../../src/draw/format.ts";
import type { Replay } from "../../src/replay/replay.ts";
import { element } from "../dom.ts";
import { policyNames } from "../names.ts";
import { colour } from "../theme.ts";
import { dashes } from "./line-style.ts";

export interface ChartedPolicy {
  readonly policy: TrackedPolicy;
  readonly replay: Replay;
}

interface Chart {
  readonly title: string;
  readonly format: (value: number) => string;
  /** Distances between grid lines to choose from; decimal if not given. */
  readonly steps?: number[];
  readonly value: (replay: Replay, sample: number) => number;
  /** The same for every policy. */
  readonly isShared?: boolean;
}

const binarySteps = Array.from({ length: 53 }, (_, power) => 2 ** power);
const axisGap = 30;

const chartsShown: readonly Chart[] = [
  {
    title: "Live bytes",
    format: bytes,
    steps: binarySteps,
    value: ({ series }, sample) => series.liveBytes[sample]!,
    isShared: true,
  },
  {
    title: "External fragmentation",
    format: (value) => percent(value).replace(".00", ""),
    value: ({ series }, sample) => {
      const free = series.freeMemory[sample]!;
      return free === 0 ? 0 : 1 - series.largestFreeBlock[sample]! / free;
    },
  },
  {
    title: "Largest free block",
    format: bytes,
    steps: binarySteps,
    value: ({ series }, sample) => series.largestFreeBlock[sample]!,
  },
  {
    title: "Free blocks",
    format: count,
    value: ({ series }, sample) => series.freeBlockCount[sample]!,
  },
];

const height = 190;
const axisSize = 70;

export class Charts {
  readonly #figures: readonly {
    readonly chart: Chart;
    readonly root: HTMLElement;
    readonly plot: HTMLElement;
    readonly playhead: HTMLElement;
  }[];
  readonly #onSeek: (operation: number) => void;
  #plots: uPlot[] = [];
  #charted: readonly ChartedPolicy[] = [];
  #operation = 0;
  /** The operations shown; all if undefined. */
  #span: { readonly from: number; readonly to: number } | undefined;

  constructor(root: HTMLElement, onSeek: (operation: number) => void) {
    this.#onSeek = onSeek;
    this.#figures = chartsShown.map((chart) => {
      const plot = element("div", { className: "plot" });
      plot.style.height = `${height}px`;
      plot.setAttribute("role", "img");
      plot.setAttribute("aria-label", `${chart.title} over time`);
      const figure = element(
        "figure",
        { className: "card" },
        element("figcaption", {}, chart.title),
        plot,
      );
      const playhead = element("div", { className: "playhead" });
      root.append(figure);
      return { chart, root: figure, plot, playhead };
    });
    new ResizeObserver(() => this.#resize()).observe(root);
  }

  show(charted: readonly ChartedPolicy[]): void {
    this.#charted = charted;
    this.repaint();
  }

  repaint(): void {
    for (const plot of this.#plots) plot.destroy();
    this.#plots = [];
    const longest = this.#charted.reduce<Replay | undefined>(
      (most, { replay }) =>
        most === undefined || replay.series.operation.length > most.series.operation.length
          ? replay
          : most,
      undefined,
    );
    if (longest === undefined) return;
    this.#plots = this.#figures.map(({ chart, plot, playhead }) => {
      const shown = chart.isShared
        ? this.#charted.filter(({ replay }) => replay === longest)
        : this.#charted;
      const made = new uPlot(
        this.#optionsFor(chart, shown, plot.clientWidth),
        dataFor(chart, shown, longest),
        plot,
      );
      made.over.append(playhead);
      seekByPointer(made.over, (x) => this.#onSeek(made.posToVal(x, "x")));
      return made;
    });
    this.look(this.#span);
  }

  /** Shows a part of the time. */
  look(span: { readonly from: number; readonly to: number } | undefined): void {
    this.#span = span;
    for (const plot of this.#plots) {
      const [operations] = plot.data;
      const [min, max] = [span?.from ?? operations[0]!, span?.to ?? operations.at(-1)!];
      plot.batch(() => plot.setScale("x", { min, max }));
    }
    this.seek(this.#operation);
  }

  seek(operation: number): void {
    this.#operation = operation;
    this.#plots.forEach((plot, index) => {
      const x = plot.valToPos(operation, "x");
      const { playhead } = this.#figures[index]!;
      playhead.style.transform = `translateX(${x}px)`;
      playhead.hidden = x < 0 || x > plot.over.clientWidth;
    });
  }

  #resize(): void {
    this.#plots.forEach((plot, index) => {
      const width = this.#figures[index]!.plot.clientWidth;
      if (width > 0 && width !== plot.width) plot.setSize({ width, height });
    });
    this.seek(this.#operation);
  }

  #optionsFor(
    { format, steps, isShared }: Chart,
    shown: readonly ChartedPolicy[],
    width: number,
  ): uPlot.Options {
    const axis: uPlot.Axis = {
      stroke: colour("muted"),
      grid: { stroke: colour("grid"), width: 1 },
      ticks: { show: false },
      font: "12px system-ui, sans-serif",
    };
    return {
      width,
      height,
      legend: { show: false },
      cursor: {
        drag: { x: false, y: false },
        y: false,
        points: { show: false },
        sync: { key: "suballoc-lab" },
      },
      scales: {
        x: { time: false },
        y: { range: (_plot, _least, most) => [0, (most || 1) * 1.05] },
      },
      axes: [
        { ...axis, values: (_plot, ticks) => ticks.map(count), space: 70, size: axisGap },
        {
          ...axis,
          values: (_plot, ticks) => ticks.map(format),
          size: axisSize,
          space: axisGap,
          ...(steps && { incrs: steps }),
        },
      ],
      series: [
        {},
        ...shown.map(({ policy }) => ({
          label: isShared ? "all policies" : policyNames[policy],
          stroke: isShared ? colour("text") : colour(policy),
          width: 2,
          dash: isShared ? [] : [...dashes[policy]],
          points: { show: false },
        })),
      ],
    };
  }
}

function dataFor(
  chart: Chart,
  shown: readonly ChartedPolicy[],
  longest: Replay,
): uPlot.AlignedData {
  const operations = [...longest.series.operation].map((operation) => operation + 1);
  return [
    operations,
    ...shown.map(({ replay }) =>
      operations.map((_, sample) =>
        sample < replay.series.operation.length ? chart.value(replay, sample) : null,
      ),
    ),
  ];
}

/** Drags count as many seeks. */
function seekByPointer(target: HTMLElement, onSeek: (x: number) => void): void {
  const seek = (event: PointerEvent) => onSeek(event.clientX - target.getBoundingClientRect().left);
  target.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    target.setPointerCapture(event.pointerId);
    seek(event);
  });
  target.addEventListener("pointermove", (event) => {
    if (target.hasPointerCapture(event.pointerId)) seek(event);
  });
}
