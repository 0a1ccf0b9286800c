/** What of a body reaches the sink. */
import { gzipSync } from "node:zlib";
import type { Belief, Beliefs } from "./beliefs";
import { describeBody, type Observation } from "./observation";
import { type Expected, mappingRefused, type Probe, refusedByApi, refusedBySqs, stored } from "./probe";

const JSON_BODY = Buffer.from('{"quoted":"\\"","euro":"€"}');
/** Over the queue's limit of 256 KiB. */
const LARGE_BODY = Buffer.alloc(300 * 1024, "large ");
/** Over the 6,291,556 bytes of a function's event, under the 10 MB of the API. */
const HUGE_BODY = Buffer.alloc(7_000_000, "huge ");
/** Its first two bytes can stand nowhere in UTF-8. */
const INVALID_UTF8 = Buffer.from([0xff, 0xfe, 0x21]);
const GZIPPED = gzipSync(JSON_BODY);
const GZIP = { "content-encoding": "gzip" };

export const BODY_PROBES: readonly Probe[] = [
  bodyProbe({
    id: "plain",
    asks: "A POST with a JSON body",
    body: JSON_BODY,
    rests: ["acceptedAnswer"],
    direct: () => stored("direct", { method: "POST", path: "/plain", body: describeBody(JSON_BODY) }),
  }),
  bodyProbe({
    id: "empty-post",
    asks: "A POST without a body (Content-Length: 0)",
    body: Buffer.alloc(0),
    rests: ["emptyBody", "refusedMapping", "sqsRefusal"],
    direct: (beliefs) =>
      beliefs.emptyBody === "absent" ? mappingRefused(beliefs) : refusedBySqs(beliefs, "MissingParameter"),
  }),
  bodyProbe({
    id: "gzip-body",
    asks: "A gzip body with Content-Encoding: gzip; being no text, it is no message",
    body: GZIPPED,
    headers: GZIP,
    rests: ["contentEncoding", "bodyBytes", "sqsRefusal", "refusedMapping"],
    lambda: {
      rests: ["contentEncoding", "textBytes", "passedOnHeaders"],
      under: ({ textBytes }) => stored("lambda", { body: describeBody(asText(textBytes, GZIPPED)), headers: GZIP }),
    },
    direct: (beliefs) =>
      beliefs.bodyBytes === "refused" ? mappingRefused(beliefs) : refusedBySqs(beliefs, "InvalidMessageContents"),
  }),
  bodyProbe({
    id: "invalid-utf-8",
    asks: "A body that is not UTF-8: the bytes ff fe 21",
    body: INVALID_UTF8,
    rests: ["bodyBytes", "refusedMapping"],
    direct: (beliefs) =>
      beliefs.bodyBytes === "refused"
        ? mappingRefused(beliefs)
        : stored("direct", { body: describeBody(asText(beliefs.bodyBytes, INVALID_UTF8)) }),
    lambda: {
      rests: ["textBytes"],
      under: ({ textBytes }) => stored("lambda", { body: describeBody(asText(textBytes, INVALID_UTF8)) }),
    },
  }),
  bodyProbe({
    id: "binary-body",
    asks: "The same bytes as application/octet-stream, which is no text",
    body: INVALID_UTF8,
    headers: { "content-type": "application/octet-stream" },
    rests: ["bodyBytes", "refusedMapping"],
    direct: (beliefs) =>
      beliefs.bodyBytes === "refused"
        ? mappingRefused(beliefs)
        : stored("direct", { body: describeBody(asText(beliefs.bodyBytes, INVALID_UTF8)) }),
    lambda: {
      rests: ["textTypes"],
      under: () => stored("lambda", { body: describeBody(INVALID_UTF8) }),
    },
  }),
  bodyProbe({
    id: "u-fffe",
    asks: "A body with the character U+FFFE, which SQS refuses",
    body: Buffer.from('{"character":"\ufffe"}'),
    rests: ["sqsRefusal"],
    direct: (beliefs) => refusedBySqs(beliefs, "InvalidMessageContents"),
  }),
  bodyProbe({
    id: "u-0001",
    asks: "A body with the character U+0001, which SQS refuses",
    body: Buffer.from('{"character":"\u0001"}'),
    rests: ["sqsRefusal"],
    direct: (beliefs) => refusedBySqs(beliefs, "InvalidMessageContents"),
  }),
  bodyProbe({
    id: "300-kb",
    asks: "A body of 300 KiB, over the queue's limit",
    body: LARGE_BODY,
    rests: ["sqsRefusal"],
    direct: (beliefs) => refusedBySqs(beliefs, "InvalidParameterValue"),
  }),
  bodyProbe({
    id: "7-mb",
    asks: "A body of 7 MB, over what a function can be given",
    body: HUGE_BODY,
    rests: ["sqsRefusal"],
    direct: (beliefs) => refusedBySqs(beliefs, "InvalidParameterValue"),
    lambda: { rests: ["eventTooLarge"], under: ({ eventTooLarge }) => refusedByApi(eventTooLarge) },
  }),
];

/** Bytes taken for text, where they are: what cannot be read is then replaced. */
function asText(choice: Beliefs["bodyBytes"] | Beliefs["textBytes"], bytes: Buffer): Buffer {
  return choice === "utf-8-with-replacements" ? Buffer.from(bytes.toString("utf8")) : bytes;
}

/** A POST of a body, which lambda ingress passes on byte for byte unless the probe says otherwise. */
function bodyProbe(given: {
  readonly id: string;
  readonly asks: string;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly rests: readonly Belief[];
  readonly direct: (beliefs: Beliefs) => Observation;
  readonly lambda?: Expected;
}): Probe {
  const { id, asks, body, headers = {}, rests, direct } = given;
  const { lambda = { rests: [], under: () => stored("lambda", { body: describeBody(body) }) } } = given;
  return {
    id,
    asks,
    request: { method: "POST", headers, body },
    expected: { direct: { rests, under: direct }, lambda },
  };
}
