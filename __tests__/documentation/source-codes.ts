/** The stable codes that stand in the sources, wherever a message or a record gets one. Read from the syntax tree. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "@swc/core";

const ROOT = join(__dirname, "..", "..");
const ROOMS = ["stacks", "functions", "local", "cli", "operate"];
const CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;
/** What gives a message or a record its code: it is the first argument. */
const GIVES_CODE = /(Error|reject|refuse|unstorable)$/i;

type Node = Readonly<Record<string, unknown>>;

/** Each code with the files that have it. */
export function sourceCodes(): ReadonlyMap<string, readonly string[]> {
  const codes = new Map<string, string[]>();
  for (const file of sourceFiles()) {
    const tree = parseSync(readFileSync(join(ROOT, file), "utf8"), { syntax: "typescript" });
    for (const code of new Set(codesIn(tree as unknown as Node))) codes.set(code, [...(codes.get(code) ?? []), file]);
  }
  return codes;
}

function sourceFiles(): string[] {
  const inRooms = ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" }).map((name) => join(room, name)),
  );
  return ["main.ts", ...inRooms].filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));
}

function codesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(codesIn);
  if (typeof value !== "object" || value === null) return [];
  const node = value as Node;
  return [
    ...texts(placeOfCode(node)).filter((text) => CODE.test(text)),
    ...bracketed(node),
    ...Object.values(node).flatMap(codesIn),
  ];
}

/** A code that stands in a message's own text: `… [SOME_CODE]`. */
function bracketed({ type, raw }: Node): string[] {
  if (type !== "TemplateElement") return [];
  return [...String(raw).matchAll(/\[([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\]/g)].map(([, code]) => code ?? "");
}

/** The part of a node that is a code: of `code: …`, `const reason = …`, `SOME_CODES = […]`, `new SomeError(…, …)`. */
function placeOfCode(node: Node): unknown {
  switch (node.type) {
    case "KeyValueProperty":
    case "ClassProperty":
      return isCodeName(nameOf(node.key)) ? node.value : undefined;
    case "VariableDeclarator":
      return isCodeName(nameOf(node.id)) || nameOf(node.id).endsWith("_CODES") ? node.init : undefined;
    case "CallExpression":
    case "NewExpression":
      return GIVES_CODE.test(nameOf(node.callee)) ? (node.arguments as unknown[] | undefined)?.[0] : undefined;
    default:
      return undefined;
  }
}

const isCodeName = (name: string): boolean => name === "code" || name === "reason";
const nameOf = (node: unknown): string => String((node as Node | undefined)?.value ?? "");

/** Every string literal in it, so that both ends of a condition count. */
function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value !== "object" || value === null) return [];
  const node = value as Node;
  return node.type === "StringLiteral" ? [String(node.value)] : Object.values(node).flatMap(texts);
}
