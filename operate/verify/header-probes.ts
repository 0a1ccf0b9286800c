/** What API Gateway does with the values of headers: the risky part of direct ingress, where it writes them into JSON. */
import type { Belief, Beliefs } from "./beliefs";
import type { Observation } from "./observation";
import { type Expected, mappingRefused, type Probe, rejected, stored } from "./probe";

/** A header that the set of every path without a sender has. */
const MAPPED = "x-github-event";

const HEADER_PROBES_OF_QUOTES = [
  quoteProbe({
    id: "quoted-header",
    asks: 'A header with a " that breaks the JSON it is written into',
    value: 'a "quoted" word',
    rests: ["refusedMapping"],
    asTheyAre: mappingRefused,
  }),
  quoteProbe({
    id: "backslash-header",
    asks: "A header with \\n in it: a backslash and an n",
    value: "one\\ntwo",
    asTheyAre: () => rejected("direct", "HEADER_LINES_MISCOUNTED"),
  }),
  quoteProbe({
    id: "attribute-added-by-header",
    asks: "A header that closes its string and adds a message attribute",
    value: 'x"},"added":{"DataType":"String","StringValue":"y',
    asTheyAre: () => rejected("direct", "ATTRIBUTES_UNEXPECTED"),
  }),
  quoteProbe({
    id: "attribute-repeated-by-header",
    asks: "A header that closes its string and repeats the message attribute it stands in",
    value: 'x"},"headers":{"DataType":"String","StringValue":"y',
    rests: ["repeatedAttribute"],
    asTheyAre: () => rejected("direct", "HEADER_LINES_MISCOUNTED"),
  }),
];

export const HEADER_PROBES: readonly Probe[] = [
  ...HEADER_PROBES_OF_QUOTES,
  {
    id: "absent-headers",
    asks: "A POST without any of the mapped headers but User-Agent, by which probes are known",
    request: {
      method: "POST",
      headers: {
        "content-type": undefined,
        "x-github-event": undefined,
        "x-github-delivery": undefined,
        "webhook-id": undefined,
        "svix-id": undefined,
        "x-shopify-webhook-id": undefined,
      },
      body: Buffer.from("{}"),
    },
    expected: {
      direct: {
        rests: ["absentInInterpolation", "refusedMapping"],
        under: (beliefs) =>
          beliefs.absentInInterpolation === "refused" ? mappingRefused(beliefs) : withoutHeaders("direct"),
      },
      lambda: { rests: ["passedOnHeaders"], under: () => withoutHeaders("lambda") },
    },
  },
  {
    id: "repeated-header",
    asks: "A header twice",
    request: { method: "POST", headers: { [MAPPED]: ["one", "two"] }, body: Buffer.from("{}") },
    expected: {
      direct: { rests: ["repeatedHeader"], under: () => stored("direct", { headers: { [MAPPED]: "one,two" } }) },
      lambda: {
        rests: ["repeatedHeader", "passedOnHeaders"],
        under: () => stored("lambda", { headers: { [MAPPED]: "one,two" } }),
      },
    },
  },
];

/** A header that only harms where it is written into JSON as it is. */
function quoteProbe(quote: {
  readonly id: string;
  readonly asks: string;
  readonly value: string;
  readonly rests?: readonly Belief[];
  readonly asTheyAre: (beliefs: Beliefs) => Observation;
}): Probe {
  const { id, asks, value, rests = [], asTheyAre } = quote;
  const direct: Expected = {
    rests: ["interpolatedQuotes", ...rests],
    under: (beliefs) =>
      beliefs.interpolatedQuotes === "escaped"
        ? stored("direct", { headers: { [MAPPED]: value } })
        : asTheyAre(beliefs),
  };
  const lambda: Expected = {
    rests: ["passedOnHeaders"],
    under: () => stored("lambda", { headers: { [MAPPED]: value } }),
  };
  return {
    id,
    asks,
    request: { method: "POST", headers: { [MAPPED]: value }, body: Buffer.from("{}") },
    expected: { direct, lambda },
  };
}

function withoutHeaders(ingress: "direct" | "lambda"): Observation {
  return stored(ingress, { headers: { "content-type": undefined, [MAPPED]: undefined } });
}
