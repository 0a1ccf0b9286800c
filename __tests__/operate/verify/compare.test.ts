import { AWS_ASSUMPTIONS } from "../../../local/aws-assumptions";
import { beliefsOf } from "../../../operate/verify/beliefs";
import { compare } from "../../../operate/verify/compare";
import { marked } from "../../../operate/verify/marked-request";
import { type Expected, INGRESSES } from "../../../operate/verify/probe";
import { PROBES } from "../../../operate/verify/probes";
import { headersOf } from "../../../stacks/header-sets";

const expected = (id: string): Expected => {
  const probe = PROBES.find((one) => one.id === id);
  if (probe === undefined) throw new Error(`there is no probe ${id}`);
  return probe.expected.direct;
};

/** By probe: what the sender saw, and what would make the local run do so. */
test.each([
  ["empty-post", "400, JSON: Bad Request", []],
  ["empty-post", "500, JSON: Internal Server Error", [{ refusedMapping: "500 Internal Server Error" }]],
  ["empty-post", "400, SQS's XML: MissingParameter", [{ emptyBody: "empty" }]],
  ["empty-post", "200, SQS's XML with a message id", []],
  ["quoted-header", "200, SQS's XML with a message id", [{ interpolatedQuotes: "escaped" }]],
  [
    "invalid-utf-8",
    "500, JSON: Internal Server Error",
    [{ bodyBytes: "refused", refusedMapping: "500 Internal Server Error" }],
  ],
  ["gzip-body", "500, JSON: Internal Server Error", [{ sqsRefusal: "500 Internal Server Error" }]],
])("%s answered with %s is explained by %j", (id, sees, changes) => {
  const seen = compare(expected(id), AWS_ASSUMPTIONS, (aspect) => (aspect === "the sender sees" ? sees : undefined));
  expect(seen.changes).toEqual(changes);
});

test("of an event that did not end where it should, nothing more is compared", () => {
  const did = new Map([
    ["the sender sees", "200, SQS's XML with a message id"],
    ["the table holds", "a rejected record, TRUSTED_MALFORMED"],
  ]);
  const { aspects, agrees } = compare(
    expected("encoded-space"),
    AWS_ASSUMPTIONS,
    (aspect) => did.get(aspect) ?? "absent",
  );
  expect(agrees).toBe(false);
  expect(aspects.map(({ aspect }) => aspect)).toEqual(["the sender sees", "the table holds"]);
});

test("every header that direct ingress maps is sent by every probe but the one that asks for absent ones", () => {
  const lacking = PROBES.filter((probe) => {
    const { headers } = marked(probe, "run");
    return headersOf("default").some((name) => headers[name] === undefined);
  });
  expect(lacking.map(({ id }) => id)).toEqual(["absent-headers"]);
});

test("each probe has an id and a path of its own", () => {
  expect(new Set(PROBES.map(({ id }) => id)).size).toBe(PROBES.length);
  for (const probe of PROBES)
    expect(marked(probe, "run").path).toMatch(new RegExp(`^/webhook-verify-aws/run/${probe.id}`));
});

test.each(INGRESSES)("with %s ingress, every probe compares the answer and the table", (ingress) => {
  for (const { expected: of } of PROBES)
    expect(Object.keys(of[ingress].under(beliefsOf(AWS_ASSUMPTIONS)))).toEqual(
      expect.arrayContaining(["the sender sees", "the table holds"]),
    );
});
