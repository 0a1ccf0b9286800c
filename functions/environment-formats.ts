/** How values stand in environment variables. Pure; every parser gives undefined for what it does not take. */
import { isIP } from "node:net";
import type { Format } from "./environment-variables";

export function text(must: string): Format<string> {
  return { must, parse: (value) => value };
}

export function oneOf<T extends string>(known: readonly T[]): Format<T> {
  return { must: known.join(" or "), parse: (value) => known.find((one) => one === value) };
}

export function wholeNumber(least: number): Format<number> {
  return {
    must: `a whole number of ${least} or more`,
    parse: (value) => (/^\d{1,15}$/.test(value) && Number(value) >= least ? Number(value) : undefined),
  };
}

/** PostgreSQL manual, CREATE ROLE: -1 is no limit. None of ours may hold no connection at all. */
export const CONNECTION_LIMIT_FORMAT: Format<number> = {
  must: "-1 or a whole number of 1 or more",
  parse: (value) => (value === "-1" ? -1 : wholeNumber(1).parse(value)),
};

/** Arrays of header names by the names of their sets; read in lower case. */
export const HEADER_SETS_FORMAT: Format<Readonly<Record<string, readonly string[]>>> = {
  must: "a JSON object of arrays of header names",
  parse: (value) => {
    const sets = parseJson(value);
    if (typeof sets !== "object" || sets === null || Array.isArray(sets)) return undefined;
    const entries = Object.entries(sets).map(([name, headers]) => [name, headerNames(headers)] as const);
    if (entries.length === 0 || entries.some(([, headers]) => headers === undefined)) return undefined;
    return Object.fromEntries(entries.map(([name, headers]) => [name, headers ?? []]));
  },
};

export const CIDRS_FORMAT: Format<readonly string[]> = {
  must: 'a JSON array of one or more CIDR blocks such as "192.0.2.0/24"',
  parse: (value) => {
    const cidrs = parseJson(value);
    return Array.isArray(cidrs) && cidrs.length > 0 && cidrs.every(isCidr) ? cidrs : undefined;
  },
};

function isCidr(cidr: unknown): cidr is string {
  const [, address = "", bits = ""] = typeof cidr === "string" ? (/^([^/%]+)\/(\d{1,3})$/.exec(cidr) ?? []) : [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}

function headerNames(headers: unknown): readonly string[] | undefined {
  if (!Array.isArray(headers)) return undefined;
  const names = headers.map((name: unknown) => (typeof name === "string" ? name.toLowerCase() : ""));
  return names.includes("") ? undefined : names;
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
