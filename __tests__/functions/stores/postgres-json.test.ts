import { isJsonb, mayBeJsonb } from "../../../functions/stores/postgres-json";

const bytes = (text: string) => Buffer.from(text);

test.each([
  '{"a":1}',
  " [1, 2]\n",
  '"text"',
  "-1.5e3",
  "true",
  "false",
  "null",
  "0",
  '{"sha":"1e9999 and e12345"}',
  '{"a":"\\""}',
])("%s may be jsonb", (text) => {
  expect([mayBeJsonb(bytes(text)), isJsonb(bytes(text))]).toEqual([true, true]);
});

test.each([
  ["nothing", ""],
  ["white space", " \n"],
  ["a form", "payload=%7B%7D"],
  ["a greeting", "hello from /x"],
  ["what ends in the middle of white space and text", '{"a":1} x'],
])("%s is not worth a try", (_what, text) => {
  expect(mayBeJsonb(bytes(text))).toBe(false);
});

test.each(["[1e131071]", '{"a":1E+9999}', "1e-1000", '["\\\\",1e1000]', '{"a":"x","b":[2e4000]}'])(
  "%s, which is small as jsonb and huge as text, is kept as bytes only",
  (text) => {
    expect(mayBeJsonb(bytes(text))).toBe(false);
  },
);

test("a body of quotes and backslashes takes no longer a byte than another", () => {
  const millisecondsOf = (text: string) => {
    const body = bytes(text);
    const startedAt = process.cpuUsage();
    for (let round = 0; round < 20; round++) mayBeJsonb(body);
    const { user, system } = process.cpuUsage(startedAt);
    return (user + system) / 1_000;
  };
  const hostile = `[${'"\\",'.repeat(50_000)}1]`;
  const honest = `[${'"ab",'.repeat(50_000)}1]`;
  millisecondsOf(honest);
  expect(millisecondsOf(hostile) / millisecondsOf(honest)).toBeLessThan(20);
});
