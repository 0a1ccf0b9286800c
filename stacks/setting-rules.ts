/** Schema pieces that carry their limit and its source, and what zod finds wrong told with them. */
import { z } from "zod";
import type { Mistake } from "./errors";
import type { Limit } from "./limits";

/** What a zod message holds here: the rest of the sentence, and where the rule comes from. */
interface Rule {
  readonly rule: string;
  readonly source: string;
}

const number = (value: number) => value.toLocaleString("en-US");

/** How zod is told what to say: for a schema and again for each of its checks. */
export function told(takes: string, source: string): { readonly error: string } {
  return { error: JSON.stringify({ rule: `it takes ${takes}`, source } satisfies Rule) };
}

/** A whole number within a limit. */
export function whole(limit: Limit) {
  const message = told(`a whole number, ${number(limit.min)} to ${number(limit.max)} ${limit.unit}`, limit.source);
  return z.int(message).min(limit.min, message).max(limit.max, message);
}

/** One of some values. */
export function oneOf<const T extends string | number>(values: readonly T[], source: string) {
  return z.literal(
    values,
    told(`${values.length > 1 ? "one of " : ""}${values.map((value) => JSON.stringify(value)).join(", ")}`, source),
  );
}

/** Text of a form, which `takes` describes. */
export function text(form: RegExp, takes: string, source: string) {
  const message = told(takes, source);
  return z.string(message).regex(form, message);
}

/** A list whose length is within a limit. */
export function listOf<T extends z.ZodType>(each: T, count: Limit) {
  const message = told(`${count.min} to ${count.max} ${count.unit}`, count.source);
  return z.array(each, message).min(count.min, message).max(count.max, message);
}

/** How a section that has kinds is told what to say of a kind it does not have. */
export function oneOfKinds(kinds: readonly string[], source: string) {
  const { error } = told(kinds.map((kind) => JSON.stringify(kind)).join(", "), source);
  return { error: ({ code }: { readonly code: string }) => (code === "invalid_union" ? error : undefined) };
}

/** true or false. */
export const flag = () => z.boolean(told("true or false", "stacks/settings.ts"));

const REPAIR = "Write such a value, or leave it out if it has a default (stacks/settings.ts).";

/** One mistake a setting, in the order of the environment's text. */
export function fieldMistakes(schema: z.ZodType, input: unknown, issues: readonly z.core.$ZodIssue[]): Mistake[] {
  return issues.flatMap((issue): Mistake[] => {
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => unknownKey(schema, input, [...issue.path, key]));
    return [wrongValue(input, issue)];
  });
}

function wrongValue(input: unknown, issue: z.core.$ZodIssue): Mistake {
  const path = issue.path.join(".");
  // A record reports a bad key as an issue inside an issue.
  const message = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const { rule, source } = parseRule(message);
  if (issue.code === "invalid_key") {
    const key = JSON.stringify(issue.path.at(-1));
    return {
      path: issue.path.slice(0, -1).join("."),
      value: `given the key ${key}`,
      rule,
      source,
      remedy: "Correct the key.",
      code: "SETTING_INVALID",
    };
  }
  const value = at(input, issue.path);
  if (value === undefined) {
    return {
      path,
      value: "missing",
      rule,
      source,
      remedy: `Add it: ${path.split(".").slice(0, -1).join(".") || "the environment"} needs it as it is.`,
      code: "SETTING_MISSING",
    };
  }
  const isRange = issue.code === "too_small" || issue.code === "too_big";
  return {
    path,
    value: isSecret(issue.path) ? UNSHOWN : show(value),
    rule,
    source,
    remedy: REPAIR,
    code: isRange ? "SETTING_OUT_OF_RANGE" : "SETTING_INVALID",
  };
}

function unknownKey(schema: z.ZodType, input: unknown, path: readonly PropertyKey[]): Mistake {
  const known = keysAt(schema, path.slice(0, -1), input);
  return {
    path: path.map(String).join("."),
    value: isSecret(path) ? UNSHOWN : show(at(input, path)),
    rule: `there is no setting "${String(path.at(-1))}" here, only ${known.join(", ")}`,
    source: "stacks/settings.ts",
    remedy: "Correct its name, or remove it.",
    code: "SETTING_UNKNOWN",
  };
}

/** The settings that a section has, through defaults and optionals, and of its own kind where it has kinds. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], input: unknown): string[] {
  let current: unknown = schema;
  for (const [depth, key] of [undefined, ...path].entries()) {
    if (current instanceof z.ZodRecord) current = current.valueType;
    else if (key !== undefined) current = (current as z.ZodObject).shape[String(key)];
    while (current instanceof z.ZodDefault || current instanceof z.ZodPrefault || current instanceof z.ZodOptional) {
      current = current.unwrap();
    }
    if (current instanceof z.ZodDiscriminatedUnion) {
      const { discriminator } = current.def;
      const kind = at(input, [...path.slice(0, depth), discriminator]);
      current = current.options.find((option) => (option as z.ZodObject).shape[discriminator]?.safeParse(kind).success);
    }
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}

function parseRule(message: string): Rule {
  if (message.startsWith("{")) return JSON.parse(message) as Rule;
  const expected = /expected (\w+)/.exec(message)?.[1];
  return {
    rule:
      expected === undefined
        ? message
        : `it takes ${expected === "object" || expected === "record" ? "a section of settings: { … }" : expected}`,
    source: "stacks/settings.ts",
  };
}

function at(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}

const UNSHOWN = "not shown, since it may be a secret";

/** Whether somebody may have written a secret there instead of where it is kept. */
function isSecret([section, , ...path]: readonly PropertyKey[]): boolean {
  return section === "sources" && /^signature$|secret|token|password|key/i.test(path.map(String).join("."));
}

/** As in the source, short. */
function show(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
