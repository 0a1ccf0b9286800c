/**
 * What is believed of AWS but could not be verified without an account: one table. gateway.ts and what belongs to it
 * read their choices from here, so that a finding on a deployed stack is corrected in one place.
 */

/** One belief. `choice` is what the local run plays, `others` what it could play instead. */
export interface Assumption<Choice extends string> {
  readonly choice: Choice;
  readonly others: readonly Choice[];
  readonly assumes: string;
  /** What speaks for it, and what depends on it. */
  readonly why: string;
  /** How a deployed stack would tell. */
  readonly check: string;
}

const assume = <Choice extends string>(assumption: Assumption<Choice>): Assumption<Choice> => assumption;

export const AWS_ASSUMPTIONS = {
  interpolatedQuotes: assume<"as-they-are" | "escaped">({
    choice: "as-they-are",
    others: ["escaped"],
    assumes: 'A value interpolated into MessageAttributes is inserted as it is: its " and \\ are not escaped for JSON.',
    why: "It is the dangerous case: a header can then close the string and add or replace attributes. The consumer must see through that, whichever it is.",
    check: 'Send a header with a " in it and look at the message.',
  }),
  absentInInterpolation: assume<"empty" | "refused">({
    choice: "empty",
    others: ["refused"],
    assumes: "A header that the request does not have is an empty string where it is interpolated.",
    why: "Direct ingress maps headers that most senders do not send; were they refused, it would take almost nothing. A published AWS sample calls its mapped headers required, which an empty attribute value explains as well.",
    check: "Send a request without one of the mapped headers.",
  }),
  refusedMapping: assume<"400 Bad Request" | "500 Internal Server Error">({
    choice: "400 Bad Request",
    others: ["500 Internal Server Error"],
    assumes:
      'A mapping that cannot be resolved ("Unable to resolve property …") is answered with 400 {"message":"Bad Request"}.',
    why: "The wording is known from reports of $context.integrationErrorMessage; the status was not in them.",
    check: "Send a POST without a body.",
  }),
  emptyBody: assume<"absent" | "empty">({
    choice: "absent",
    others: ["empty"],
    assumes: "A request whose body has no bytes has no $request.body, so that its mapping is refused.",
    why: "Either way the sender gets a 400, for SQS refuses an empty message.",
    check: "Send a POST with Content-Length: 0 and look at integrationError in the access log.",
  }),
  repeatedAttribute: assume<"last">({
    choice: "last",
    others: [],
    assumes: "Of a name that stands twice in the MessageAttributes JSON, the last one counts.",
    why: "Most JSON parsers do so, JSON.parse among them, which plays it here. The request id stands at both ends of the attributes, so the consumer sees either.",
    check: "Send a header that closes the string and repeats an attribute, and look at the message.",
  }),
  path: assume<"as-sent" | "decoded">({
    choice: "as-sent",
    others: ["decoded"],
    assumes:
      "$context.path is the path as it was sent, still percent-encoded, with repeated slashes, without the query.",
    why: "The documented examples show no path that would tell. Decoded, a %20 would put a space into the trusted attribute and the consumer would reject the event.",
    check: "GET /a%20b//c?d=e and look at the message.",
  }),
  trailingSlash: assume<"neither-path-nor-child" | "child">({
    choice: "neither-path-nor-child",
    others: ["child"],
    assumes:
      "/github/ matches neither POST /github nor POST /github/{proxy+}: a greedy variable takes at least one character.",
    why: "Documented is that it matches child resources. Such a delivery then comes in by $default, without the sender's own headers.",
    check: "POST /github/ and look at the header set of the message.",
  }),
  bodyBytes: assume<"utf-8-with-replacements" | "refused">({
    choice: "utf-8-with-replacements",
    others: ["refused"],
    assumes: "A body that is not UTF-8 reaches SQS with U+FFFD in the place of what could not be read.",
    why: "A message is text. No documentation says what happens to other bytes in an SQS integration; such a body no longer fits its signature.",
    check: "POST the bytes ff fe and look at the message.",
  }),
  sqsRefusal: assume<"passed-on" | "500 Internal Server Error">({
    choice: "passed-on",
    others: ["500 Internal Server Error"],
    assumes: "What SQS refuses reaches the sender with SQS's status and XML.",
    why: "HTTP APIs cannot map the body of a first-class integration's answer; successes come through as SQS's XML.",
    check: "POST a body with the character U+0001.",
  }),
  acceptedAnswer: assume<"sqs-xml">({
    choice: "sqs-xml",
    others: [],
    assumes: "The sender of a message that SQS took gets status 200 and SQS's XML, with its message id.",
    why: "HTTP APIs cannot map the body of a first-class integration's answer.",
    check: "POST a body and look at the answer.",
  }),
  repeatedHeader: assume<"joined-with-comma">({
    choice: "joined-with-comma",
    others: [],
    assumes: "Of a header that comes twice, the values are joined by a comma, without a space.",
    why: "Documented for the payload of a Lambda integration; for a parameter mapping it is taken over from there.",
    check: "Send a header twice and look at the stored event.",
  }),
  contentEncoding: assume<"not-decoded">({
    choice: "not-decoded",
    others: [],
    assumes: "A body with Content-Encoding: gzip stays as it was sent.",
    why: "Of HTTP APIs no decoding is documented; REST APIs decode only where a minimum compression size is set.",
    check: "POST a gzip body and look at the answer, or with lambda ingress at the stored event.",
  }),
  methodsWithoutBody: assume<"routed">({
    choice: "routed",
    others: [],
    assumes:
      "HEAD, DELETE and OPTIONS go to their routes like any method, whether they have a body or not; the answer to HEAD has none.",
    why: "Without a CORS block, OPTIONS is documented to reach its route; of the others nothing else is documented.",
    check: "Send each, DELETE with a body too, and look at the answer and the stored event.",
  }),
  unreachable: assume<"503 Service Unavailable" | "500 Internal Server Error">({
    choice: "503 Service Unavailable",
    others: ["500 Internal Server Error"],
    assumes: "An SQS that does not answer in time is a 503. Either way a sender that retries does so.",
    why: "HTTP APIs answer so when a Lambda or HTTP integration times out.",
    check: "It cannot be brought about.",
  }),
  throttleScope: assume<"stage" | "route">({
    choice: "stage",
    others: ["route"],
    assumes: "The default route settings' rate and burst hold for all routes of the stage together.",
    why: "The documentation calls them stage-level throttling.",
    check: "Send to two routes at once, together over the rate.",
  }),
} as const;

/** The choices alone, by assumption. */
export type Choices = {
  readonly [Id in keyof typeof AWS_ASSUMPTIONS]: (typeof AWS_ASSUMPTIONS)[Id] extends Assumption<infer Choice>
    ? Choice
    : never;
};

/** What the local run plays. */
export const CHOICES = Object.fromEntries(
  Object.entries(AWS_ASSUMPTIONS).map(([id, { choice }]) => [id, choice]),
) as unknown as Choices;
