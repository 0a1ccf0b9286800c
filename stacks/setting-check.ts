/** How an environment is checked: every mistake is reported at once, also those between settings. */
import type { z } from "zod";
import { brokenRules } from "./broken-rules";
import { type BrokenRule, type Mistake, settingsInvalid } from "./errors";
import { fieldMistakes } from "./setting-rules";
import type { Settings } from "./settings";

type Schema = z.ZodType<Settings>;

/** @throws UsageError that lists every mistake. */
export function checkSettings(schema: Schema, environment: string, input: unknown): Settings {
  const checked = schema.safeParse(input);
  if (checked.success) {
    const broken = brokenRules(checked.data, givenSections(input));
    if (broken.length === 0) return checked.data;
    throw settingsInvalid(environment, broken.map(asMistake));
  }
  const wrong = fieldMistakes(schema, input, checked.error.issues);
  throw settingsInvalid(environment, [...wrong, ...rulesThatStillApply(schema, input, wrong)]);
}

/** The rules between settings, without those that involve a setting that is wrong by itself. */
function rulesThatStillApply(schema: Schema, input: unknown, wrong: readonly Mistake[]): Mistake[] {
  const right = without(input, new Set(wrong.map((mistake) => mistake.path)));
  const repaired = schema.safeParse(right);
  if (!repaired.success) return [];
  const touches = (setting: string) =>
    wrong.some(({ path }) => path === setting || setting.startsWith(`${path}.`) || path.startsWith(`${setting}.`));
  return brokenRules(repaired.data, givenSections(right))
    .filter(({ involves }) => !involves.some(touches))
    .map(asMistake);
}

const asMistake = ({ involves: _, ...mistake }: BrokenRule): Mistake => mistake;

function givenSections(input: unknown): Set<string> {
  return new Set(
    Object.entries(input ?? {})
      .filter(([, value]) => value !== undefined)
      .map(([name]) => name),
  );
}

/** Sections that have no defaults, so that one without a part of it would be a mistake too. */
const WHOLE_SECTIONS: readonly string[] = [
  "throttle",
  "domain",
  "allowedCidrs",
  "alarms",
  "state",
  "postgresSink.network",
  "postgresSink.database",
  "postgresSink.domain",
];

/** A source is whole or not there, too. */
const isWhole = (path: string) => WHOLE_SECTIONS.includes(path) || /^sources\.[^.]+$/.test(path);

/** A copy that lacks the settings at the given paths; a section that is whole or not there goes with its mistake. */
function without(input: unknown, paths: ReadonlySet<string>, at = ""): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  const kept = Object.entries(input).flatMap(([key, value]) => {
    const path = at === "" ? key : `${at}.${key}`;
    if (paths.has(path)) return [];
    if (isWhole(path) && [...paths].some((wrong) => wrong.startsWith(`${path}.`))) return [];
    return [[key, without(value, paths, path)]];
  });
  return Object.fromEntries(kept);
}
