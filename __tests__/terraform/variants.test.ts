import { readSettings } from "../../stacks/settings";
import { APPLIED, FACTORS, PLANNED_ONLY, settingsOf } from "./variants";

const pairs = FACTORS.flatMap((one, i) => FACTORS.slice(i + 1).map((other) => [one, other] as const));

test("the applied stacks have every pair of factors in all four combinations", () => {
  const missing = pairs.flatMap(([one, other]) => {
    const seen = new Set(APPLIED.map(({ on }) => `${on.includes(one)} ${on.includes(other)}`));
    const wanted = ["false false", "false true", "true false", "true true"];
    return wanted.filter((values) => !seen.has(values)).map((values) => `${one} and ${other}: ${values}`);
  });
  expect(missing).toEqual([]);
});

test("the applied stacks have alarms with a topic of their own, and with one that is there", () => {
  const destinations = APPLIED.flatMap((variant) => Object.keys(settingsOf(variant).alarms ?? {}));
  expect(new Set(destinations)).toEqual(new Set(["email", "topicArn"]));
});

test.each([...APPLIED.map((variant) => [variant.name, settingsOf(variant)] as const), ...Object.entries(PLANNED_ONLY)])(
  "%s has valid settings",
  (name, settings) => {
    expect(() => readSettings(name, settings)).not.toThrow();
  },
);
