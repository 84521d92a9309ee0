// The record file: what it was told is there when it is opened again, also after its process was killed at any moment.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RecordFile } from "../../examples/record-file.ts";
import { randomFrom, seed } from "../support/seed.ts";
import { contentsAfter, contentsOf } from "./record-file-steps.ts";

const folder = mkdtempSync(join(tmpdir(), "suballoc-records-"));
const at = (name: string) => join(folder, name);
const writer = at("writer.mjs");

beforeAll(() =>
  build({
    entryPoints: ["tests/examples/record-file-writer.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: writer,
    define: { "import.meta.url": '""' }, // in a bundle the example would take itself for the program
    logLevel: "warning",
  }),
);
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = (text: string) => new TextEncoder().encode(text);

test("records are set, replaced, deleted, and there in the next run", () => {
  const path = at("plain.dat");
  let file = new RecordFile(path);
  file.set("a", bytes("one"));
  file.set("größe 💾", bytes("two"));
  file.set("a", bytes("three"));
  file.set("c", bytes("four"));
  expect(file.delete("c")).toBe(true);
  expect(file.delete("c")).toBe(false);
  expect(() => file.set("empty", new Uint8Array(0))).toThrow(RangeError);
  file.close();
  file = new RecordFile(path);
  expect(new Map(file.keys().map((key) => [key, Buffer.from(file.get(key)!).toString()]))).toEqual(
    new Map([
      ["a", "three"],
      ["größe 💾", "two"],
    ]),
  );
  expect(file.get("c")).toBe(undefined);
  expect(file.report()).toContain('"record a"');
  file.close();
});

test("compacting keeps every record and makes the file as short as they are", () => {
  const path = at("compact.dat");
  const file = new RecordFile(path);
  const random = randomFrom(seed);
  for (let i = 0; i < 60; i++) file.set(`${i}`, new Uint8Array(1 + random(20_000)).fill(i));
  for (let i = 0; i < 60; i++) if (random(3) > 0) file.delete(`${i}`);
  const before = contentsOf(file);
  const long = statSync(path).size;
  file.compact();
  expect(contentsOf(file)).toEqual(before);
  file.close();
  const sizes = Object.values(before).reduce((sum, text) => sum + Number.parseInt(text, 10), 0);
  expect(statSync(path).size).toBeLessThan(long);
  expect(statSync(path).size).toBeLessThan(4096 + sizes + 10_000);
  const again = new RecordFile(path);
  expect(contentsOf(again)).toEqual(before);
  again.close();
});

test("with the newer slot torn, it is what it was before; with both destroyed, it is refused", () => {
  const path = at("torn.dat");
  const file = new RecordFile(path);
  file.set("a", bytes("old")); // generation 1, in slot 1
  file.set("a", bytes("new")); // generation 2, in slot 0
  file.close();
  const content = readFileSync(path);
  content.fill(0xff, 20, 30);
  writeFileSync(path, content);
  const reopened = new RecordFile(path);
  expect(Buffer.from(reopened.get("a")!).toString()).toBe("old");
  reopened.close();
  content.fill(0xff, 512 + 20, 512 + 30);
  writeFileSync(path, content);
  expect(() => new RecordFile(path)).toThrow(/damaged/);
});

/** Runs the writer from a step on and kills it some time after it has begun; how many steps it acknowledged in all. */
function runAndKill(path: string, first: number, milliseconds: number): Promise<number> {
  const acknowledged = at("acknowledged");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, path, acknowledged, `${seed}`, `${first}`]);
    let errors = "";
    child.stderr.on("data", (data) => {
      errors += data;
    });
    child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), milliseconds));
    child.on("close", (_, signal) => {
      if (signal !== "SIGKILL") return reject(new Error(`the writer ended by itself: ${errors}`));
      const last = readFileSync(acknowledged, { encoding: "utf8", flag: "a+" }).split("\n").at(-2);
      resolve(last === undefined ? first : Number(last) + 1);
    });
  });
}

test("killed at any moment, again and again, it keeps all that was acknowledged", async () => {
  const path = at("killed.dat");
  const random = randomFrom(seed);
  let done = 0;
  let kills = 0;
  let further = 0;
  for (; kills < 25; kills++) {
    done = await runAndKill(path, done, random(40));
    const file = new RecordFile(path);
    const contents = contentsOf(file);
    file.close();
    // The step it was killed in may have been made as well.
    const after = [done, done + 1].map((count) => contentsAfter(seed, count));
    expect(after, `killed after ${done} steps`).toContainEqual(contents);
    if (!isDeepStrictEqual(contents, after[0])) further++;
  }
  console.log(`killed ${kills} times within ${done} steps, ${further} times after the last slot`);
  expect(done).toBeGreaterThan(kills);
});
