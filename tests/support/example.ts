// Examples in Markdown, held to their word: what a comment at the end of a statement says is compared with
// what the statement gave.
//
//   const a = allocator.allocate(20); // 0
//   allocator.getFreeMemory(); // 60: of 100
//   console.log(blocks); // [{ start: 0, size: 50 }]
//   allocator.allocate(1000); // throws OutOfMemoryError
//
// A comment that does not begin with a value, or goes on in words without punctuation, is only a comment.

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

export interface Claim {
  line: number;
  code: string;
  claimed: unknown;
  actual: unknown;
}

/** The first block of this language. */
export function firstBlock(markdown: string, language: string): string {
  const [, code] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "ms").exec(markdown) ?? [];
  if (code === undefined) throw new Error(`no block of ${language}`);
  return code;
}

const VALUE = /^(?:-?[\d_.]+(?:e\d+)?|true|false|null|undefined|"[^"]*"|\[.*\]|\{.*\})/;

/** What a comment claims, as an expression; undefined when it claims nothing. */
function claimIn(comment: string): string | undefined {
  const text = comment.replace(/^\/\/\s*/, "").trim();
  const thrown = /^throws (?:an? )?(\w+)/.exec(text);
  if (thrown) return JSON.stringify(`throws ${thrown[1]}`);
  const value = VALUE.exec(text)?.[0];
  if (value === undefined) return undefined;
  return /^\s*($|[,;:.(–—])/.test(text.slice(value.length)) ? `(${value})` : undefined;
}

/** The expression whose value a statement shows: what it declares, prints or computes. */
function shownBy(statement: ts.Statement, source: ts.SourceFile): string | undefined {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations[0]?.name.getText(source);
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  if (ts.isCallExpression(expression) && expression.expression.getText(source) === "console.log")
    return expression.arguments[0]?.getText(source);
  return expression.getText(source);
}

/** The example with a note taken of every claim. */
function instrument(code: string): string {
  const source = ts.createSourceFile("example.ts", code, ts.ScriptTarget.ESNext, true);
  const parts = source.statements.map((statement) => {
    const text = statement.getText(source);
    const [comment] = ts.getTrailingCommentRanges(code, statement.end) ?? [];
    const claim = comment && claimIn(code.slice(comment.pos, comment.end));
    const shown = claim && shownBy(statement, source);
    if (!claim || !shown) return text;
    const { line } = source.getLineAndCharacterOfPosition(statement.getStart(source));
    const about = `${line + 1}, ${JSON.stringify(text)}, ${claim}`;
    if (claim.startsWith('"throws')) return `note(${about}, nameOfErrorOf(() => ${shown}));`;
    return ts.isVariableStatement(statement)
      ? `${text}\nnote(${about}, ${shown});`
      : `note(${about}, ${shown});`;
  });
  return `${parts.join("\n")}\n${PRELUDE}`;
}

const PRELUDE = `
function plain(_, value) {
  if (value === undefined) return "undefined";
  return ArrayBuffer.isView(value) ? Array.from(value) : value;
}
function note(line, code, claimed, actual) {
  (globalThis.claims ??= []).push(JSON.stringify({ line, code, claimed, actual }, plain));
}
function nameOfErrorOf(call) {
  try {
    return call();
  } catch (error) {
    return "throws " + error.name;
  }
}
process.stdout.write("\\nclaims [" + (globalThis.claims ?? []).join() + "]");
`;

/** Type-checks the example against the package's declarations, and returns the complaints. */
export function typeErrors(code: string, folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "example.ts");
  writeFileSync(file, code);
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noEmit: true,
    types: ["node", "@webgpu/types"],
    skipLibCheck: true,
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

/** Runs the example in a Node of its own, as a user of the built package, and returns its claims. */
export function claimsOf(code: string, folder: string): Claim[] {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "example.mjs");
  const { outputText } = ts.transpileModule(instrument(code), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  writeFileSync(file, outputText);
  const printed = execFileSync(process.execPath, [file], { encoding: "utf8" });
  return JSON.parse(printed.slice(printed.lastIndexOf("\nclaims ") + "\nclaims ".length));
}

/** Whether the value is what was claimed; fractions to as many digits as the claim has. */
export function holds({ claimed, actual }: Claim): boolean {
  if (typeof claimed === "number" && typeof actual === "number" && !Number.isInteger(claimed)) {
    const digits = String(claimed).split(".")[1]?.length ?? 0;
    return actual.toFixed(digits) === claimed.toFixed(digits);
  }
  return JSON.stringify(actual) === JSON.stringify(claimed);
}
