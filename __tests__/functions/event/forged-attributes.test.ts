/**
 * It is believed that API Gateway does not escape `"` and `\` in the values that it puts into MessageAttributes. These
 * tests play that: what a sender writes into a header or the path lands in the JSON as it is, and the JSON is read by
 * a parser that takes the first or the last of doubled keys. Where it is no JSON any more, AWS answers 400.
 */
import type { SQSRecord } from "aws-lambda";
import fc from "fast-check";
import { parseMessage } from "../../../functions/event/message";
import { HEADER_SETS, RULES, sqsRecord } from "../factories";

const REQUEST_ID = "JKJaXmPLvHcESHA=";
const HONEST = {
  requestId: REQUEST_ID,
  receivedAt: "2023-11-14T22:13:20.123Z",
  sourceIp: "203.0.113.7",
  method: "POST",
};

type DoubledKeys = "first wins" | "last wins";
const BOTH: readonly DoubledKeys[] = ["first wins", "last wins"];

/** What the mapping of the header set "default" becomes for a request. */
function interpolate(headers: Readonly<Record<string, string>>, path: string): string {
  const lines = (HEADER_SETS.default ?? []).map((name) => headers[name] ?? "").join("\\n");
  const trusted = `direct default ${REQUEST_ID} 1700000000123 203.0.113.7 POST ${path}`;
  return `{"trusted":{"DataType":"String","StringValue":"${trusted}"},"headers":{"DataType":"String","StringValue":"-${lines}"},"end":{"DataType":"String","StringValue":"${REQUEST_ID}"}}`;
}

/** A JSON reader for objects and strings, which is all that MessageAttributes can have. */
function readJson(text: string, doubled: DoubledKeys): unknown {
  let at = 0;
  const take = (token: RegExp): string => {
    const found = new RegExp(`\\s*(${token.source})`, "y");
    found.lastIndex = at;
    const match = found.exec(text);
    if (match === null) throw new SyntaxError(`unexpected at ${at}`);
    at = found.lastIndex;
    return match[1] ?? "";
  };
  const value = (): unknown => {
    const start = take(/\{|"(?:[^"\\\u0000-\u001f]|\\.)*"/);
    if (start !== "{") return JSON.parse(start);
    const object = new Map<string, unknown>();
    for (let next = take(/[}"]/); next !== "}"; next = take(/[,}]/)) {
      if (next === '"') at -= 1;
      const name = JSON.parse(take(/"(?:[^"\\\u0000-\u001f]|\\.)*"/)) as string;
      take(/:/);
      const member = value();
      if (doubled === "last wins" || !object.has(name)) object.set(name, member);
    }
    return Object.fromEntries(object);
  };
  const whole = value();
  take(/$/);
  return whole;
}

/** @returns undefined where AWS would refuse the request */
function received(json: string, doubled: DoubledKeys): SQSRecord | undefined {
  try {
    const attributes = readJson(json, doubled) as Record<string, { DataType: string; StringValue: string }>;
    const entries = Object.entries(attributes).map(([name, { DataType, StringValue }]) => {
      if (typeof DataType !== "string" || typeof StringValue !== "string") throw new SyntaxError("no attribute");
      return [name, { dataType: DataType as "String", stringValue: StringValue }] as const;
    });
    return sqsRecord({ messageAttributes: Object.fromEntries(entries) });
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

const outcomeOf = (record: SQSRecord) => {
  const parsed = parseMessage(record, RULES);
  return parsed.kind === "rejection" ? parsed.rejection.code : parsed.event;
};

const FORGED_TRUSTED = `"trusted":{"DataType":"String","StringValue":"direct default FORGED= 1 192.0.2.66 PUT /victim"}`;
const FORGED_FORM = `"trusted":{"DataType":"String","StringValue":"publisher all FORGED= 1 192.0.2.66 PUT /victim"}`;
const FORGED_HEADERS = `"headers":{"DataType":"String","StringValue":"-\\n\\nstolen"}`;
const FORGED_END = `"end":{"DataType":"String","StringValue":"FORGED="}`;
const TRUSTED_AGAIN = `"trusted":{"DataType":"String","StringValue":"direct default FORGED= 1 192.0.2.66 PUT /victim`;
const HEADERS_AGAIN = `"headers":{"DataType":"String","StringValue":"`;

/** Leaves the string, writes members of its own, and comes back into a string; or anything at all. */
const hostile = fc.oneof(
  fc
    .tuple(
      // Also with lines of its own first, so that what was begun is a whole list of headers.
      fc.constantFrom('"},', '\\n\\n"},', '\\nknown-id\\nFORGED="},', '","StringValue":"x"},', '",', '"}}'),
      fc.array(
        fc.constantFrom(FORGED_TRUSTED, FORGED_FORM, FORGED_HEADERS, FORGED_END, '"DataType":"String"', '"a":{}'),
        { maxLength: 4 },
      ),
      fc.constantFrom(
        HEADERS_AGAIN,
        TRUSTED_AGAIN,
        `${TRUSTED_AGAIN}","a":"`,
        `"end":{"DataType":"String","StringValue":"FORGED=`,
        `"end":{"DataType":"String","StringValue":"FORGED=","a":"`,
        `"trusted":{"DataType":"String","StringValue":"`,
        '"StringValue":"',
        '"a":{"b":"',
        '"a":"',
      ),
    )
    .map(([out, members, back]) => out + [...members, back].join(",")),
  fc
    .array(fc.constantFrom('"', "\\", "\\n", "{", "}", ",", "FORGED=", " ", '"StringValue":"'), { maxLength: 6 })
    .map((pieces) => pieces.join("")),
);

describe.each(BOTH)("with a parser where of doubled keys the %s", (doubled) => {
  test("an honest request is an event", () => {
    const record = received(interpolate({ "x-github-delivery": "72d3162e" }, "/github"), doubled);
    expect(record && outcomeOf(record)).toMatchObject({ ...HONEST, source: "github", eventId: "72d3162e" });
  });

  test.each([
    ["a header that adds an attribute", { "user-agent": `x"},"form":{"DataType":"String","StringValue":"` }, "/"],
    ["a header that replaces trusted", { "user-agent": `x"},${FORGED_TRUSTED},${HEADERS_AGAIN}` }, "/"],
    ["a header that replaces both", { "user-agent": `x"},${FORGED_TRUSTED},${FORGED_HEADERS},"a":{"b":"` }, "/"],
    ["a header that takes the publisher's form", { "user-agent": `x"},${FORGED_FORM},${HEADERS_AGAIN}` }, "/"],
    [
      "a header that ends the headers itself, and hides the rest behind backslashes in a path of its own",
      {
        "content-type": `x\\n\\nknown-id"},${TRUSTED_AGAIN}\\`,
        "user-agent": "\\",
        "x-github-delivery": "x",
      },
      "/",
    ],
    [
      "a header that ends the headers itself, and hides the rest in an unknown member",
      { "content-type": `x\\n\\nknown-id"},${FORGED_END},${TRUSTED_AGAIN}","a":"` },
      "/",
    ],
    [
      "a header that brings all three attributes",
      { "user-agent": `x"},${FORGED_TRUSTED},${FORGED_HEADERS},${FORGED_END},"a":"` },
      "/",
    ],
    ["a last header that escapes the end of its string", { "x-github-delivery": "\\" }, "/"],
    ["a header that adds lines", { "user-agent": "x\\ny" }, "/"],
    ["a path that replaces headers", {}, `/x"},${FORGED_HEADERS},${HEADERS_AGAIN}`],
    [
      "a path that replaces both",
      {},
      `/x"},${FORGED_TRUSTED},${FORGED_HEADERS},"a":{"DataType":"String","StringValue":"`,
    ],
    [
      "a path and a header together",
      { "user-agent": `y"},${FORGED_TRUSTED},${HEADERS_AGAIN}` },
      `/x"},${FORGED_HEADERS},${HEADERS_AGAIN}`,
    ],
    ["a value doubled inside trusted", {}, `/x","StringValue":"direct default FORGED= 1 192.0.2.66 PUT /victim`],
  ])("%s does not make an event with forged facts", (_case, headers, path) => {
    const record = received(interpolate(headers, path), doubled);
    const outcome = record && outcomeOf(record);
    if (typeof outcome === "object") expect(outcome).toMatchObject(HONEST);
    else
      expect([undefined, "ATTRIBUTES_UNEXPECTED", "REQUEST_ID_MISMATCH", "HEADER_LINES_MISCOUNTED"]).toContain(outcome);
  });

  test("a header that replaces trusted is noticed", () => {
    const record = received(interpolate({ "user-agent": `x"},${FORGED_TRUSTED},${HEADERS_AGAIN}` }, "/"), doubled);
    expect(record && outcomeOf(record)).toBe(
      doubled === "last wins" ? "REQUEST_ID_MISMATCH" : "HEADER_LINES_MISCOUNTED",
    );
  });

  test("no mixture of such pieces makes an event with forged facts", () => {
    const request = fc.record({
      headers: fc.dictionary(fc.constantFrom(...(HEADER_SETS.default ?? [])), hostile),
      path: hostile,
    });
    fc.assert(
      fc.property(request, ({ headers, path }) => {
        const record = received(interpolate(headers, `/${path}`), doubled);
        const outcome = record && outcomeOf(record);
        if (typeof outcome === "object") expect(outcome).toMatchObject(HONEST);
      }),
      { numRuns: 5_000 },
    );
  });
});
