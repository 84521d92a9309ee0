// The command as it is built: exit codes, output for people and for programs, and silence in a pipe.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { TRACKED_POLICIES, type TrackedAllocator } from "suballoc";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { programs, recordingBy } from "./recordings.ts";
import { pathOf } from "./traces.ts";

const cli = fileURLToPath(new URL("../../build/lab/cli.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "suballoc-lab-"));
const at = (name: string) => join(folder, name);

beforeAll(() => {
  const text =
    "--1-- malloc(8) = 0x10\n--1-- malloc(9)\n--1-- malloc(24) = 0x20\n--1-- free(0x10)\n";
  writeFileSync(at("small.txt"), text);
  writeFileSync(at("prose.txt"), "no trace at all\n");
  writeFileSync(at("empty"), "");
  writeFileSync(at("escape.txt"), `${text}\u001b[31mred\u001b[0m\n`);
  writeFileSync(at("cut.gz"), gzipSync(readFileSync(pathOf("jq"))).subarray(0, 5000));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe("wrong usage exits with 2 and shows the usage", () => {
  test.each([
    [[], /what to do/],
    [["reply", "x"], /unknown command: reply/],
    [["replay"], /needs the file/],
    [["replay", "a", "b"], /left over: b/],
    [["replay", "a", "--fast"], /--fast/],
    [["replay", "a", "--policy"], /--policy/],
    [["replay", "a", "--policy", "worst"], /unknown policy "worst"; there are .*linked-list/],
    [["advise"], /advise needs the file/],
    [["advise", "a", "--svg", "b"], /--svg is for replay/],
    [["advise", "a", "--by-label"], /--by-label is for replay/],
    [["replay", "a", "--capacity", "-1"], /--capacity/],
    [["advise", "a", "--heap"], /--heap is for replay/],
    [["replay", "a", "--heap", "--svg", "b"], /--svg is not for --heap/],
    [["replay", "a", "--heap", "--capacity", "9"], /--capacity is not for --heap/],
    [["replay", "a", "--tracked"], /go together/],
    [["replay", "a", "--defragment"], /go together/],
    [["replay", "a", "--capacity=0"], /whole number of bytes/],
    [["replay", "a", "--capacity=1e3"], /whole number of bytes/],
    [["replay", "a", "--capacity=9007199254740992"], /whole number of bytes/],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await run(...(args as string[]));
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr).toContain("Usage: suballoc-lab replay FILE");
  });
});

describe("a file that will not do exits with 2 and says why", () => {
  test.each([
    ["missing", /cannot be read: ENOENT/],
    [".", /cannot be read: EISDIR/],
    ["prose.txt", /is no trace: neither a recording, nor a valgrind/],
    ["empty", /is no trace/],
    ["cut.gz", /cannot be read: unexpected end of file/],
  ])("%s", async (name, message) => {
    const { code, stdout, stderr } = await run("replay", at(name));
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("an SVG that cannot be written", async () => {
    const { code, stderr } = await run(
      "replay",
      at("small.txt"),
      "--svg",
      at("no/such/folder.svg"),
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/folder\.svg cannot be written: ENOENT/);
  });
});

test("--help", async () => {
  const { code, stdout } = await run("--help");
  expect(code).toBe(0);
  expect(stdout).toContain("--policy");
});

test("all policies side by side by default, plain and quiet in a pipe", async () => {
  const { code, stdout, stderr } = await run("replay", at("small.txt"));
  expect(code).toBe(0);
  expect(stderr).toBe("");
  expect(stdout).not.toContain("\u001b");
  expect(stdout).toContain("3 operations, 2 blocks, 32 bytes live at the peak");
  expect(stdout).toContain("1 of 4 lines could not be read:");
  expect(stdout).toContain("line 2: --1-- malloc(9)");
  for (const policy of TRACKED_POLICIES) {
    // Blocks of 24 and 8 take 32 and 8 of a buddy system.
    const figures = policy === "buddy" ? "≤ 40 +25.00" : "32 +0.00";
    expect(stdout).toMatch(new RegExp(`^${policy} +3 +32 +${figures} % +0.00 % +0 +\\d+`, "m"));
  }
  expect(stdout.match(/^█{32}$/gm)).toHaveLength(TRACKED_POLICIES.length - 1);
  expect(stdout.match(/^█{40}$/gm)).toHaveLength(1);
  for (const line of stdout.split("\n").slice(1)) expect(line.length).toBeLessThanOrEqual(110);
});

test("bytes of the file cannot steer the terminal", async () => {
  const { stdout } = await run("replay", at("escape.txt"));
  expect(stdout).toContain("line 5: �[31mred");
});

test("--policy, in both ways of giving several", async () => {
  const policies = async (...args: string[]) =>
    JSON.parse((await run("replay", at("small.txt"), "--json", ...args)).stdout).policies.map(
      ({ policy }: { policy: string }) => policy,
    );
  expect(await policies("--policy", "linked-list")).toEqual(["linked-list"]);
  expect(await policies("--policy", "best-fit,linked-list")).toEqual(["best-fit", "linked-list"]);
  expect(await policies("--policy", "best-fit", "--policy", "first-fit")).toEqual([
    "best-fit",
    "first-fit",
  ]);
});

test("--tracked --defragment adds what it takes to fit in the peak", async () => {
  const args = ["replay", pathOf("sqlite"), "--tracked", "--defragment", "--policy", "first-fit"];
  const { code, stdout } = await run(...args);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^first-fit +1,470,707 +0.00 % +1.38 % +\d+ +[\d,]+ +[\d,]+ /m);
  const { policies } = JSON.parse((await run(...args, "--json")).stdout);
  expect(policies[0].defragmented[0]).toMatchObject({ capacity: 1_470_707 });
});

test.each([
  [
    "does not make the trace fit",
    10,
    /^first-fit: even so it does not fit in 5.00 % more than the peak/m,
  ],
  ["saves nothing", 255, /^first-fit: saves nothing$/m],
])("--tracked --defragment says where that %s", async (_, size, message) => {
  const bytes = recordingBy((allocator) => {
    for (let i = 0; i < 20; i++) allocator.allocate(size, 256);
  });
  writeFileSync(at("aligned.rec"), bytes);
  const args = ["replay", at("aligned.rec"), "--tracked", "--defragment", "--policy", "first-fit"];
  const { code, stdout } = await run(...args);
  expect(code).toBe(0);
  expect(stdout).toMatch(message);
  expect(stdout).not.toContain("of all"); // no table without a row
});

test("--json is JSON and nothing else", async () => {
  const { code, stdout, stderr } = await run(
    "replay",
    at("small.txt"),
    "--json",
    "--policy",
    "first-fit",
  );
  expect([code, stderr]).toEqual([0, ""]);
  const { policies, ...rest } = JSON.parse(stdout);
  expect(rest).toMatchObject({
    format: "valgrind",
    operations: 3,
    blocks: 2,
    peakLiveBytes: 32,
    report: { unreadable: 1 },
  });
  expect(policies[0].nanosecondsPerOperation).toBeGreaterThan(0);
  delete policies[0].nanosecondsPerOperation;
  expect(policies).toEqual([
    {
      policy: "first-fit",
      capacity: 32,
      fits: true,
      failure: null,
      operations: 3,
      peakLiveBytes: 32,
      smallestCapacity: 32,
      smallestCapacityIsExact: true,
      fitsInNothingBelow: 32,
      overheadPercent: 0,
      externalFragmentationAtPeak: 0,
      freeBlocksAtPeak: 0,
    },
  ]);
});

describe("--heap: real bytes beside the policies", () => {
  const args = (...more: string[]) => ["replay", at("small.txt"), "--heap", ...more];

  test("as a table", async () => {
    const { code, stdout, stderr } = await run(...args());
    expect([code, stderr]).toEqual([0, ""]);
    for (const name of ["suballoc/heap", "its imports, unchecked", "AssemblyScript's TLSF"]) {
      expect(stdout).toMatch(
        new RegExp(`^${name} +\\d+ +[\\d.]+ % +[\\d,]+ +[\\d.]+ % +\\d+$`, "m"),
      );
    }
    for (const policy of TRACKED_POLICIES) {
      expect(stdout).toMatch(new RegExp(`^${policy} +48 +50.00 % +- +33.33 % +\\d+$`, "m"));
    }
    expect(stdout).toContain("Everything is aligned to 16 bytes");
    expect(stdout).toContain("bytes: 32 were written in each");
    for (const line of stdout.split("\n").slice(1)) expect(line.length).toBeLessThanOrEqual(110);
  });

  test("as JSON", async () => {
    const { stdout } = await run(...args("--json", "--policy", "worst-fit"));
    const { alignment, heaps, policies, peakLiveBytes } = JSON.parse(stdout);
    expect([alignment, peakLiveBytes]).toEqual([16, 32]);
    expect(heaps.map(({ heap }: { heap: string }) => heap)).toHaveLength(3);
    for (const heap of heaps) {
      expect(heap).toMatchObject({ fits: true, failure: null, operations: 3, checkedBytes: 32 });
      expect(heap.footprint).toBeGreaterThanOrEqual(32);
      expect(heap.overheadPercent).toBeCloseTo((heap.footprint / 32 - 1) * 100);
      expect(heap.memoryBytes).toBeGreaterThan(heap.footprint);
    }
    expect(policies).toMatchObject([
      { policy: "worst-fit", footprint: 48, footprintIsExact: true, overheadPercent: 50 },
    ]);
    expect(policies[0].internalFragmentationAtPeak).toBeCloseTo(1 / 3);
  });

  test("a recording, and a block larger than a memory", async () => {
    const program = (size: number) => (allocator: TrackedAllocator) => {
      allocator.allocate(100, { alignment: 64 });
      allocator.allocate(size);
    };
    writeFileSync(at("fits.rec"), recordingBy(program(1000)));
    const fits = await run("replay", at("fits.rec"), "--heap", "--policy", "first-fit");
    expect(fits.code).toBe(0);
    expect(fits.stdout).toContain("bytes: 1,100 were written in each");
    writeFileSync(at("large.rec"), recordingBy(program(2 ** 32), {}, 2 ** 40));
    const large = await run("replay", at("large.rec"), "--heap", "--policy", "first-fit");
    expect(large.code).toBe(1);
    expect(large.stdout).toMatch(/^suballoc\/heap +does not fit +- +[\d,]+ +- +-$/m);
    expect(large.stdout).toContain(
      "suballoc/heap: 4,294,967,296 bytes (operation 2) do not fit in a memory of 4 GiB",
    );
  });
});

test("--capacity too small: exit code 1, and what failed", async () => {
  const { code, stdout } = await run(
    "replay",
    at("small.txt"),
    "--capacity",
    "31",
    "--policy",
    "first-fit",
  );
  expect(code).toBe(1);
  expect(stdout).toContain("first-fit  24 bytes (line 3) do not fit: 23 free, 23 in one piece");
  const json = await run(
    "replay",
    at("small.txt"),
    "--capacity",
    "31",
    "--policy",
    "first-fit",
    "--json",
  );
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout).policies[0]).toMatchObject({
    fits: false,
    failure: { size: 24, line: 3, operation: 1 },
    smallestCapacity: 32,
    nanosecondsPerOperation: null,
  });
});

test("--svg writes the picture", async () => {
  const { code } = await run(
    "replay",
    pathOf("sqlite"),
    "--policy",
    "first-fit",
    "--svg",
    at("out.svg"),
  );
  expect(code).toBe(0);
  const svg = readFileSync(at("out.svg"), "utf8");
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(svg).toContain("first-fit");
});

describe("a recording", () => {
  const program = (allocator: TrackedAllocator) => {
    const meshes = Array.from({ length: 20 }, (_, i) =>
      allocator.allocate(100 + i, { label: "mesh", alignment: 16 }),
    );
    for (let i = 0; i < 20; i += 2) allocator.free(meshes[i]!);
    allocator.allocate(5000, { label: "texture" });
  };
  beforeAll(() => writeFileSync(at("program.rec"), recordingBy(program, { callSites: 2 })));

  test("is replayed like any trace", async () => {
    const { code, stdout } = await run("replay", at("program.rec"), "--policy", "first-fit");
    expect(code).toBe(0);
    expect(stdout).toContain("recording: 31 operations, 21 blocks");
  });

  test("--by-label says it where there are no holes", async () => {
    const whole = (allocator: TrackedAllocator) => allocator.allocate(100, { label: "mesh" });
    writeFileSync(at("whole.rec"), recordingBy(whole));
    const args = ["replay", at("whole.rec"), "--policy", "first-fit,buddy", "--by-label"];
    expect((await run(...args)).stdout).toMatch(/^first-fit: no holes\n\nbuddy: no holes\n*$/m);
  });

  test("--by-label and --by-site: who holds the bytes, who makes the holes", async () => {
    const args = ["replay", at("program.rec"), "--policy", "first-fit,best-fit"];
    const { stdout } = await run(...args, "--by-label");
    expect(stdout).toContain("Who holds the bytes at the peak, by label");
    expect(stdout).toMatch(/^texture +5,000 +[\d.]+ % +1$/m);
    expect(stdout).toMatch(/^mesh +1,100 +[\d.]+ % +10$/m);
    expect(stdout).toMatch(/^first-fit: who makes its [\d,]+ bytes of holes, by label$/m);
    expect(stdout).toMatch(/^mesh +1,090 +[\d,]+$/m);
    const json = JSON.parse((await run(...args, "--by-label", "--by-site", "--json")).stdout);
    expect(json.holders.label.atPeak).toEqual([
      { name: "texture", bytes: 5000, blocks: 1 },
      { name: "mesh", bytes: 1100, blocks: 10 },
    ]);
    expect(json.holders.label.holes.map(({ policy }: { policy: string }) => policy)).toEqual([
      "first-fit",
      "best-fit",
    ]);
    for (const { bytes, neverUsed, makers } of json.holders.site.holes) {
      const left = makers.reduce((sum: number, maker: { left: number }) => sum + maker.left, 0);
      expect(left + neverUsed).toBe(bytes);
    }
    expect(json.holders.site.atPeak[0].name).toMatch(/cli\.test\.ts/);
  });
});

describe("advise", () => {
  test.each(Object.entries(programs))("%s, where that needs least", async (policy, program) => {
    writeFileSync(at(`${policy}.rec`), recordingBy(program));
    const { code, stdout, stderr } = await run("advise", at(`${policy}.rec`));
    expect([code, stderr]).toEqual([0, ""]);
    const others = TRACKED_POLICIES.filter((other) => other !== "linked-list");
    // The linked list places blocks as first fit does: only the time may tell them apart.
    const advised = policy === "first-fit" ? /^Take (first-fit|linked-list): / : `Take ${policy}: `;
    expect(stdout.split("\n").find((line) => line.startsWith("Take"))).toMatch(advised);
    const json = JSON.parse(
      (await run("advise", at(`${policy}.rec`), "--json", "--policy", others.join())).stdout,
    );
    expect(json.advice.policy).toBe(policy);
    expect(json.advice.policies).toHaveLength(others.length);
    expect(json.advice.capacity).toBe(json.peakLiveBytes);
    expect(json.advice.sentences[0]).toContain(`Take ${policy}`);
    expect(json.advice.policies[0].nanosecondsPerOperation).toBeGreaterThan(0);
  });

  test("a file that will not do", async () => {
    const { code, stderr } = await run("advise", at("prose.txt"));
    expect([code, stderr]).toEqual([2, expect.stringContaining("is no trace")]);
  });
});

test("a trace of almost 2^53 bytes is no fault of an allocator", async () => {
  writeFileSync(at("huge.txt"), `= Start\n@ a + 0x10 0x${(2 ** 53 - 1).toString(16)}\n`);
  const all = await run("replay", at("huge.txt"));
  expect([all.code, all.stderr]).toEqual([1, expect.stringMatching(/lab: buddy finds no room/)]);
  const heap = await run("replay", "--heap", at("huge.txt"));
  expect([heap.code, heap.stderr]).toEqual([1, expect.stringMatching(/replay without --heap/)]);
  expect((await run("replay", "--policy", "best-fit", at("huge.txt"))).code).toBe(0);
});
