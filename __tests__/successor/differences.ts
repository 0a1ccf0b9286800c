/** In what two synthesized folders differ, and which of it was to be expected of another synthesizer. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

export interface Difference {
  /** Path of the file in both folders. */
  readonly file: string;
  /** Keys down to the value, joined by dots; "" is the file itself. */
  readonly where: string;
  readonly cdktf: unknown;
  readonly successor: unknown;
  /** A version of a tool or of a provider, or the same provider's address written in another way. */
  readonly isExpected: boolean;
}

export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** JSON is compared by what it says (order of keys and white space aside), everything else byte for byte. */
export function compareFolders(cdktf: string, successor: string): readonly Difference[] {
  const files = [...new Set([...filesOf(cdktf), ...filesOf(successor)])].sort();
  return files.flatMap((file) => {
    const [before, after] = [cdktf, successor].map((folder) => read(join(folder, file)));
    if (before === after) return [];
    if (before === undefined || after === undefined || !file.endsWith(".json")) {
      return [{ file, where: "", cdktf: summary(before), successor: summary(after), isExpected: false }];
    }
    return compareJson(file, JSON.parse(before), JSON.parse(after));
  });
}

/** @param file decides what may differ there */
export function compareJson(file: string, before: Json, after: Json, path: readonly string[] = []): Difference[] {
  if (isObject(before) && isObject(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].sort().flatMap((key) => compareJson(file, before[key], after[key], [...path, key]));
  }
  if (before === after) return [];
  const isExpected = isVersion(file, path, before, after) || isSameProvider(path, before, after);
  return [{ file, where: path.join("."), cdktf: before, successor: after, isExpected }];
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null;
}

/** The synthesizer's own in its notes, and a provider's in what Terraform is told. */
function isVersion(file: string, path: readonly string[], ...values: readonly Json[]): boolean {
  const where = path.join(".");
  const versions =
    file === "manifest.json" ? /^version$/ : /^(?:\/\/\.metadata\.|terraform\.required_providers\.[^.]+\.)version$/;
  return versions.test(where) && values.every((value) => typeof value === "string");
}

function isSameProvider(path: readonly string[], before: Json, after: Json): boolean {
  const isSource = /^terraform\.required_providers\.[^.]+\.source$/.test(path.join("."));
  return isSource && typeof before === "string" && typeof after === "string" && address(before) === address(after);
}

/** In full: "aws" and "hashicorp/aws" are short for it. To another address Terraform would have to move the state. */
function address(source: string): string {
  const parts = source.split("/");
  return [...["registry.terraform.io", "hashicorp"].slice(0, 3 - parts.length), ...parts].join("/");
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

/** One character a byte, so that no two files read as the same. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const summary = (content: string | undefined) => (content === undefined ? undefined : `${content.length} bytes`);
