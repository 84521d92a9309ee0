// Reading: every form of line the two tools write, what is reported, and what is refused.

import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readTrace } from "../src/trace/read.ts";
import { NotATraceError, type Trace } from "../src/trace/trace.ts";
import { bundled, readBundled, readText, streamOf, textOf } from "./traces.ts";

/** "+8" allocates 8 bytes, "-0" frees block 0. */
function steps({ operations, sizes }: Trace): string[] {
  return Array.from(operations, (o) => (o >= 0 ? `+${sizes[o]}` : `-${~o}`));
}

const valgrind = (...bodies: string[]) => readText(bodies.map((b) => `--77-- ${b}\n`).join(""));
const mtrace = (...lines: string[]) => readText(["= Start", ...lines, "= End", ""].join("\n"));

describe("valgrind", () => {
  test.each<[string, string[], string[]]>([
    ["malloc and free", ["malloc(272) = 0x10", "free(0x10)"], ["+272", "-0"]],
    [
      "an address used again is a new block",
      ["malloc(1) = 0x10", "free(0x10)", "malloc(2) = 0x10", "free(0x10)"],
      ["+1", "-0", "+2", "-1"],
    ],
    ["calloc", ["calloc(13,16) = 0x10"], ["+208"]],
    [
      "calloc whose product overflows prints no result",
      ["calloc(4611686018427387904,8)malloc(10) = 0x10"],
      ["+10"],
    ],
    [
      "new and delete",
      ["_Znwm(48) = 0x10", "_ZdlPv(0x10)", "_Znam(5) = 0x20", "_ZdaPv(0x20)"],
      ["+48", "-0", "+5", "-1"],
    ],
    [
      "sized delete, with and without the size",
      ["_Znwm(48) = 0x10", "_ZdlPvm(0x10)", "_Znam(8) = 0x10", "_ZdaPvm(0x10, 8)"],
      ["+48", "-0", "+8", "-1"],
    ],
    [
      "aligned and nothrow new",
      [
        "_ZnwmSt11align_val_t(100, 64) = 0x40",
        "_ZdlPvmSt11align_val_t(0x40, 100, 64)",
        "_ZnwmRKSt9nothrow_t(4) = 0x10",
      ],
      ["+100", "-0", "+4"],
    ],
    [
      "memalign, as older and newer versions print it",
      ["memalign(al 64, size 100) = 0x40", "memalign(64, 101) = 0x80"],
      ["+100", "+101"],
    ],
    [
      "posix_memalign and aligned_alloc",
      ["posix_memalign(0x1FFF, 128, 77) = 0x80", "aligned_alloc(256, 512) = 0x100"],
      ["+77", "+512"],
    ],
    [
      "realloc allocates, then frees",
      ["malloc(8) = 0x10", "realloc(0x10,16) = 0x20", "free(0x20)"],
      ["+8", "+16", "-0", "-1"],
    ],
    [
      "realloc in place, to smaller",
      ["malloc(8) = 0x10", "realloc(0x10,4) = 0x10", "free(0x10)"],
      ["+8", "+4", "-0", "-1"],
    ],
    [
      "realloc of NULL logs its malloc on the same line",
      ["realloc(0x0,8)malloc(8) = 0x10", "free(0x10)"],
      ["+8", "-0"],
    ],
    ["realloc of NULL, in newer versions", ["realloc(0x0,8) = 0x10", "free(0x10)"], ["+8", "-0"]],
    [
      "realloc to 0 logs its free, and its result on the next line",
      ["malloc(8) = 0x10", "realloc(0x10,0)free(0x10)", " = 0", "malloc(9) = 0x10"],
      ["+8", "-0", "+9"],
    ],
    [
      "realloc to 0, in newer versions",
      ["malloc(8) = 0x10", "realloc(0x10,0) = 0x0", "malloc(9) = 0x10"],
      ["+8", "-0", "+9"],
    ],
    [
      "realloc to 0 that hands out an empty block",
      ["malloc(8) = 0x10", "realloc(0x10,0) = 0x20", "free(0x20)"],
      ["+8", "-0"],
    ],
    [
      "a failed realloc leaves the block",
      ["malloc(8) = 0x10", "realloc(0x10,4611686018427387904) = 0x0", "free(0x10)"],
      ["+8", "-0"],
    ],
    [
      "reallocarray prints its result twice",
      ["reallocarray(0x0,10,20) = 0x10", " = 0x10", "free(0x10)"],
      ["+200", "-0"],
    ],
    [
      "questions are no operations",
      [
        "malloc(8) = 0x10",
        "malloc_usable_size(0x10) = 8",
        "malloc_usable_size(0x0)free(0x10)",
        "mallinfo()",
      ],
      ["+8", "-0"],
    ],
  ])("%s", async (_, bodies, expected) => {
    const trace = await valgrind(...bodies);
    expect(steps(trace)).toEqual(expected);
    expect(trace.report).toMatchObject({ unreadable: 0, unknownFrees: 0, missedFrees: 0 });
    expect(trace.format).toBe("valgrind");
  });

  test("log lines are neither operations nor errors", async () => {
    const trace = await readText(
      [
        "==77== Memcheck, a memory error detector",
        "==00:00:00:00.123 77== HEAP SUMMARY:",
        "**77** Program aborting because of call to pvalloc",
        "--77-- REDIR: 0x40243a0 (ld-linux-x86-64.so.2:strlen) redirected to 0x58050e72 (vgPlain_x)",
        "--77-- ",
        "--77--    .. CRC mismatch (computed 1 wanted 2)",
        "--00:00:00:00.500 77-- malloc(3) = 0x10",
        "",
      ].join("\r\n"),
    );
    expect(steps(trace)).toEqual(["+3"]);
    expect(trace.report).toMatchObject({ lines: 7, unreadable: 0 });
  });

  test.each([
    "malloc(272)",
    "malloc(272) =",
    "malloc(272) = 0x",
    "malloc(27",
    "mallo",
    "malloc(abc) = 0x20",
    "malloc(8) = 12",
    "malloc(8)malloc(9) = 0x20",
    "free()",
    "free(0x10",
    "free(0x10) = 0x0",
    "calloc(3) = 0x20",
    "calloc(2,3)malloc(1) = 0x20",
    "realloc(0x10) = 0x20",
    "realloc(0x10,8)free(0x10)",
    "xalloc(8) = 0x20",
    "malloc (8) = 0x20",
    "mal oc(8) = 0x20",
    " = 0x20",
    "malloc(9007199254740992) = 0x20",
  ])("reports a garbled line with its number: %s", async (body) => {
    const trace = await valgrind("malloc(1) = 0x10", body, "malloc(2) = 0x30");
    expect(steps(trace)).toEqual(["+1", "+2"]);
    expect(trace.report.unreadable).toBe(1);
    expect(trace.report.unreadableLines).toEqual([{ line: 2, text: `--77-- ${body}` }]);
  });

  test("reports a line without prefix, and a last line cut short", async () => {
    const trace = await readText("hello\n--77-- malloc(1) = 0x10\nworld\n--77-- free(0x1");
    expect(trace.report.unreadableLines).toEqual([
      { line: 1, text: "hello" },
      { line: 3, text: "world" },
      { line: 4, text: "--77-- free(0x1" },
    ]);
  });

  test("counts what cannot be replayed", async () => {
    const trace = await readText(
      [
        "--77-- malloc(0) = 0x10",
        "--77-- free(0x10)",
        "--77-- malloc(4611686018427387904) = 0x0",
        "--77-- free(0x0)",
        "--77-- free(0x999)",
        "--77-- malloc(8) = 0x20",
        "--77-- free(0x20)",
        "--77-- free(0x20)",
        "--78-- malloc(8) = 0x20",
        "--77-- malloc(5) = 0x20",
        "--77-- malloc(6) = 0x20",
      ].join("\n"),
    );
    expect(steps(trace)).toEqual(["+8", "-0", "+5", "-1", "+6"]);
    expect(trace.report).toEqual({
      lines: 11,
      unreadable: 0,
      moves: 0,
      foldedOperations: 0,
      bytesLeftOver: 0,
      unreadableLines: [],
      nullFrees: 1,
      unknownFrees: 2,
      failedAllocations: 1,
      zeroSizeAllocations: 1,
      missedFrees: 1,
      otherProcessOperations: 1,
    });
  });

  test("keeps the first unreadable lines and counts all", async () => {
    const trace = await readText(`--1-- malloc(1) = 0x10\n${"what\n".repeat(500)}`);
    expect(trace.report.unreadable).toBe(500);
    expect(trace.report.unreadableLines).toHaveLength(20);
  });
});

describe("mtrace", () => {
  test("every kind of line", async () => {
    const trace = await mtrace(
      "@ ./a:[0x12a0] + 0x10 0x64",
      "@ ./my program:(main+0x1f)[0x12b5] < 0x10",
      "@ ./my program:(main+0x1f)[0x12b5] > 0x10 0x28",
      "- 0x10",
      "@ ./a:[0x1] + (nil) 0x4000000000000000",
      "@ ./a:[0x1] + 0x20 0xa",
      "@ ./a:[0x1] ! 0x20 0x4000000000000000",
      "@ ./a:[0x1] - 0x20",
      "+ 0x30 0",
      "- 0x30",
      "- 0x40",
    );
    expect(trace.format).toBe("mtrace");
    expect(steps(trace)).toEqual(["+100", "+40", "-0", "-1", "+10", "-2"]);
    expect(trace.report).toMatchObject({
      unreadable: 0,
      failedAllocations: 2,
      zeroSizeAllocations: 1,
      unknownFrees: 1,
    });
  });

  test.each([
    ["+ 0x20"],
    ["+ 0x20 ten"],
    ["- 20"],
    ["* 0x20 0x8"],
    ["> 0x20 0x8"],
    ["< 0x20"],
    ["@ ./a:[0x1] +"],
    ["+ 0x20 0x40000000000000"],
  ])("reports a garbled line with its number: %s", async (line) => {
    const trace = await mtrace("+ 0x10 0x1", line, "+ 0x30 0x2");
    expect(steps(trace)).toEqual(["+1", "+2"]);
    expect(trace.report.unreadable).toBe(1);
    expect(trace.report.unreadableLines).toEqual([{ line: 3, text: line }]);
  });

  test("a reallocation cut in two at the end", async () => {
    const trace = await readText("= Start\n+ 0x10 0x1\n< 0x10");
    expect(trace.report.unreadableLines).toEqual([{ line: 3, text: "< 0x10" }]);
  });
});

describe("files", () => {
  const text = "--1-- malloc(8) = 0x10\n";

  test("gzip and plain give the same, in chunks of any size", async () => {
    const plain = new TextEncoder().encode(text);
    for (const bytes of [plain, gzipSync(plain)]) {
      for (const chunk of [1, 2, 5, 1000]) {
        expect(steps(await readTrace(streamOf(bytes, chunk)))).toEqual(["+8"]);
      }
    }
  });

  test("progress counts the bytes as stored", async () => {
    const bytes = gzipSync(text.repeat(1000));
    const seen: number[] = [];
    await readTrace(streamOf(bytes, 16), (read) => seen.push(read));
    expect(seen.at(-1)).toBe(bytes.length);
  });

  test.each([
    ["empty", ""],
    ["one character", "x"],
    ["prose", "Dear reader,\nthis is no trace.\n"],
    ["a valgrind log without --trace-malloc", "==1== Memcheck\n==1== Command: ls\n"],
    ["an mtrace log of nothing", "= Start\n= End\n"],
    ["one endless line", "\0".repeat(3 << 20)],
  ])("no trace: %s", async (_, content) => {
    await expect(readTrace(streamOf(new TextEncoder().encode(content), 1 << 16))).rejects.toThrow(
      NotATraceError,
    );
  });

  test("a gzip file cut short or damaged is an error, not a shorter trace", async () => {
    const bytes = gzipSync(textOf("sqlite").slice(0, 100_000));
    const damaged = bytes.slice();
    damaged.fill(7, 3000, 3050);
    await expect(readTrace(streamOf(bytes.subarray(0, 5000), 512))).rejects.toThrow();
    await expect(readTrace(streamOf(damaged, 512))).rejects.toThrow();
  });
});

describe("the bundled traces", () => {
  test.each(bundled)("%s: blocks and bytes agree with valgrind's own summary", async (name) => {
    const [, allocations, frees, bytes] =
      /total heap usage: ([\d,]+) allocs, ([\d,]+) frees, ([\d,]+) bytes/
        .exec(textOf(name))!
        .map((figure) => Number(figure.replaceAll(",", "")));
    const { operations, sizes, report } = await readBundled(name);
    expect(sizes.length + report.zeroSizeAllocations).toBe(allocations);
    expect(operations.filter((operation) => operation < 0).length).toBe(frees);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes);
    expect(report).toMatchObject({ unreadable: 0, unknownFrees: 0, missedFrees: 0 });
  });
});

test("long damaged lines take time as they are long, not as its square", async () => {
  const long = 400_000;
  const readWhole = (text: string) => readTrace(streamOf(new TextEncoder().encode(text), 1 << 16));
  const start = performance.now();
  const valgrind = await readWhole(
    `--1-- malloc(${"1".repeat(long)}z) = 0x10\n--1-- malloc(3) = 0x10\n`,
  );
  expect([valgrind.report.unreadable, valgrind.operations.length]).toEqual([1, 1]);
  const site = `${"(".repeat(long)}${")".repeat(long)}`;
  const mtrace = await readWhole(`= Start\n@ ${site} + 0x10 0x5\n@ ${site}[0x1] + 0x20 0x5\n`);
  expect(mtrace.sites.names).toEqual(["", site]);
  expect(performance.now() - start).toBeLessThan(1500);
});
