/** The functions of Terraform's language that the local run knows. */
import { createHash } from "node:crypto";

/** A value that a function cannot take. */
export class ValueError extends Error {
  override readonly name = "ValueError";
}

/** @throws ValueError for a list or object */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new ValueError(`${JSON.stringify(value) ?? "null"} has no form as text`);
}

function toList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ValueError(`${JSON.stringify(value) ?? "null"} is no list`);
}

function parsed(value: unknown): unknown {
  try {
    return JSON.parse(toText(value));
  } catch {
    throw new ValueError(`${JSON.stringify(value)} is no JSON`);
  }
}

/** Terraform takes a search between slashes for a regular expression in RE2's language, which is not that of here. */
function replaced(value: string, search: string, replacement: string): string {
  if (/^\/.+\/$/.test(search)) throw new ValueError(`${JSON.stringify(search)} is a regular expression`);
  return value.replaceAll(search, () => replacement);
}

const hash = (value: unknown) => createHash("sha256").update(toText(value));

/** By Terraform's names. @throws ValueError */
export const FUNCTIONS: Readonly<Record<string, (values: readonly unknown[]) => unknown>> = {
  jsonencode: ([value]) => JSON.stringify(value),
  jsondecode: ([value]) => parsed(value),
  base64encode: ([value]) => Buffer.from(toText(value)).toString("base64"),
  base64sha256: ([value]) => hash(value).digest("base64"),
  sha256: ([value]) => hash(value).digest("hex"),
  join: ([separator, values]) => toList(values).map(toText).join(toText(separator)),
  concat: (lists) => lists.flatMap(toList),
  merge: (objects) => Object.assign({}, ...objects) as unknown,
  lower: ([value]) => toText(value).toLowerCase(),
  upper: ([value]) => toText(value).toUpperCase(),
  replace: ([value, from, to]) => replaced(toText(value), toText(from), toText(to)),
  tostring: ([value]) => toText(value),
  tonumber: ([value]) => Number(value),
  tolist: ([value]) => toList(value),
  toset: ([value]) => [...new Set(toList(value))],
};
