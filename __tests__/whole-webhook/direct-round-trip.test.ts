/** parse ∘ send = identity for direct ingress: the stack's own mapping, as the gateway plays it, and the consumer's parser. */
import fc from "fast-check";
import { parseMessage } from "../../functions/event/message";
import { CHOICES } from "../../local/aws-assumptions";
import { compileMapping } from "../../local/parameter-mapping";
import { messageAttributes } from "../../stacks/direct-message";
import {
  DEFAULT_SET,
  type HeaderSetName,
  headerSet,
  headerSets,
  headersOf,
  SENDER_NAMES,
} from "../../stacks/header-sets";
import { sqsRecord, stringAttribute } from "../functions/factories";

const RULES = { ingress: "direct", headerSets: headerSets() } as const;
const PRINTABLE = Array.from({ length: 95 }, (_, code) => String.fromCharCode(32 + code));
/** What a header that breaks out of the mapping needs; promised to travel only if API Gateway escapes it. */
const UNESCAPED = ['"', "\\"];

const sentWith = (characters: readonly string[]) =>
  fc.record({
    set: fc.constantFrom<HeaderSetName>(DEFAULT_SET, ...SENDER_NAMES),
    headers: fc.array(fc.option(fc.string({ unit: fc.constantFrom(...characters), minLength: 1 })), {
      minLength: 12,
      maxLength: 12,
    }),
    path: fc
      .array(fc.stringMatching(/^[A-Za-z0-9._~%!$&'()*+,;=:@-]*$/), { minLength: 1 })
      .map((parts) => `/${parts.join("/")}`),
    method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND"),
    requestId: fc.stringMatching(/^[A-Za-z0-9_-]{15}=$/),
    sourceIp: fc.oneof(fc.ipV4(), fc.ipV6()),
    epochMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    body: fc.string({ unit: "grapheme", minLength: 1 }),
  });

test.each([
  ["escapes quotes", "escaped", PRINTABLE],
  ["leaves quotes as they are", "as-they-are", PRINTABLE.filter((character) => !UNESCAPED.includes(character))],
] as const)("where API Gateway %s, the consumer gets exactly what was sent", (_, interpolatedQuotes, characters) => {
  fc.assert(
    fc.property(sentWith(characters), ({ set, headers, path, method, requestId, sourceIp, epochMs, body }) => {
      const names = headersOf(set);
      const sent = Object.fromEntries(
        names.flatMap((name, index) => (headers[index] == null ? [] : [[name, headers[index]]])),
      );
      const mapping = compileMapping("MessageAttributes", messageAttributes(headerSet(set)), {
        ...CHOICES,
        interpolatedQuotes,
      });
      const attributes = mapping?.({
        body,
        headers: new Map(Object.entries(sent)),
        context: {
          requestId,
          requestTimeEpoch: String(epochMs),
          "identity.sourceIp": sourceIp,
          httpMethod: method,
          path,
        },
      });
      const values = JSON.parse(attributes ?? "") as Record<string, { StringValue: string }>;
      const record = sqsRecord({
        body,
        messageAttributes: Object.fromEntries(
          Object.entries(values).map(([name, { StringValue }]) => [name, stringAttribute(StringValue)]),
        ),
      });
      expect(parseMessage(record, RULES)).toMatchObject({
        kind: "event",
        event: {
          body: Buffer.from(body),
          headers: sent,
          path,
          method,
          requestId,
          sourceIp,
          receivedAt: new Date(epochMs).toISOString(),
        },
      });
    }),
    { numRuns: 500 },
  );
});
