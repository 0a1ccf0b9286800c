/** docs/operations.md explains every code that a user can see, and none that does not exist. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REJECTION_CODES } from "../../functions/event/rejection";
import { REFUSAL_CODES } from "../../functions/publish/answer";
import * as localErrors from "../../local/errors";
import { PLAN_ERROR_CODES } from "../../operate/plan-summary/errors";
import * as verifyErrors from "../../operate/verify/errors";
import * as stackErrors from "../../stacks/errors";
import { sourceCodes } from "./source-codes";

const CODES = sourceCodes();
/** Of each `### CODE` the text below it. */
const EXPLAINED = new Map(
  readFileSync(join(__dirname, "..", "..", "docs", "operations.md"), "utf8")
    .split(/^(?=#{1,3} )/m)
    .flatMap((section): [string, string][] => {
      const [, code, text] = /^### ([A-Z0-9_]+)\n([\s\S]*)/.exec(section) ?? [];
      return code === undefined || text === undefined ? [] : [[code, text.trim()]];
    }),
);

test("explains every code of the sources", () => {
  const missing = [...CODES].filter(([code]) => !EXPLAINED.has(code));
  expect(missing.map(([code, files]) => `### ${code} (${files.join(", ")})`)).toEqual([]);
});

test("explains no code that the sources do not have", () => {
  expect([...EXPLAINED.keys()].filter((code) => !CODES.has(code))).toEqual([]);
});

test("says something about each", () => {
  expect([...EXPLAINED].filter(([, text]) => text === "").map(([code]) => code)).toEqual([]);
});

describe("what is compared has the codes that", () => {
  test.each([
    ["mistakes in the settings have", stackErrors.MISTAKE_CODES],
    ["rejected records have", REJECTION_CODES],
    ["refused requests have", REFUSAL_CODES],
    ["what is no plan has", PLAN_ERROR_CODES],
  ])("%s", (_, codes) => {
    expect([...CODES.keys()]).toEqual(expect.arrayContaining([...codes]));
  });

  test.each([
    ["stacks/errors.ts", stackErrors],
    ["local/errors.ts", localErrors],
    ["operate/verify/errors.ts", verifyErrors],
  ])("the factories in %s give", (_, factories) => {
    const given = codesOfFactories(factories);
    expect(given.length).toBeGreaterThan(3);
    expect([...CODES.keys()]).toEqual(expect.arrayContaining(given));
  });
});

/** Makes every message of a file; a list of one word can stand for each of their arguments. */
function codesOfFactories(exported: object): string[] {
  const codes = Object.values(exported)
    .filter((each): each is (...given: unknown[]) => unknown => typeof each === "function" && !isClass(each))
    .map((factory) => factory(...Array.from({ length: factory.length }, () => ["word"])))
    .map((made) => (made instanceof Error && "code" in made ? made.code : undefined));
  return codes.filter((code) => typeof code === "string");
}

const isClass = (value: object): boolean => String(value).startsWith("class");
