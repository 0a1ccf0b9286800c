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
    why: "Most JSON parsers do so, JSON.parse among them, which plays it here. The request id stands in the first and in the last attribute, so the consumer sees either.",
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
  rawPath: assume<"decoded" | "as-sent">({
    choice: "decoded",
    others: ["as-sent"],
    assumes: "rawPath in the event of a Lambda integration is percent-decoded, with repeated slashes.",
    why: "Not documented, but reported with captured events by more than one library (hono issue 2156, middleapi/standard-server pull request 93): REST APIs keep the encoding, HTTP APIs do not. Of a decoded ? it is also reported that the path ends there; that is not played.",
    check: "POST /a%2Fb with lambda ingress and look at the path of the stored event.",
  }),
  textTypes: assume<"text-json-xml-javascript">({
    choice: "text-json-xml-javascript",
    others: [],
    assumes:
      "In the event of a Lambda integration the body is text for text/*, application/json, application/xml and application/javascript, whatever their parameters, and base64 for every other content type and for none.",
    why: "Documented is only that binary types are base64. The split is reported as measured on AWS (ministack pull request 766). Base64 takes a third more of the event's 6 MB, and either way the bytes are the same.",
    check: "POST as application/x-www-form-urlencoded with lambda ingress: the limit is then about 4.7 MB.",
  }),
  textBytes: assume<"utf-8-with-replacements" | "base64">({
    choice: "utf-8-with-replacements",
    others: ["base64"],
    assumes: "A body of a text type that is not UTF-8 has U+FFFD in the event in the place of what could not be read.",
    why: "Not documented. It is the dangerous case: such a body no longer fits its signature.",
    check: "POST the bytes ff fe as application/json with lambda ingress and look at the stored event.",
  }),
  passedOnHeaders: assume<"all-but-hop-by-hop">({
    choice: "all-but-hop-by-hop",
    others: [],
    assumes:
      "The event of a Lambda integration has every header of the request but those about its connection and the cookies, which have a member of their own; x-forwarded-for, -port, -proto and x-amzn-trace-id are added.",
    why: "So it is in published events; the documentation shows an example and no rule.",
    check: "Send a request with lambda ingress and look at the headers of the stored event.",
  }),
  permissionSource: assume<"stage-and-route">({
    choice: "stage-and-route",
    others: [],
    assumes:
      "A permission's source_arn is compared with <execution ARN>/<stage>/<route key>, the method and the path of the key apart by a slash: …/$default/$default, …/$default/POST/github.",
    why: "The console writes permissions that match it; the documentation gives examples of them and no rule.",
    check: "Deploy lambda ingress and send a request.",
  }),
  functionFault: assume<"500 Internal Server Error" | "502 Bad Gateway">({
    choice: "500 Internal Server Error",
    others: ["502 Bad Gateway"],
    assumes: "A function that fails, or returns no answer, is a 500 to the sender.",
    why: "Users of HTTP APIs report it. The Lambda Developer Guide says 502, without a word on which kind of API.",
    check: "It cannot be brought about with this project's publisher.",
  }),
  functionThrottled: assume<"503 Service Unavailable" | "500 Internal Server Error" | "429 Too Many Requests">({
    choice: "503 Service Unavailable",
    others: ["500 Internal Server Error", "429 Too Many Requests"],
    assumes: "A function over its reserved concurrency is a 503 to the sender. Any of them makes a sender retry.",
    why: "Users of HTTP APIs report it. The Lambda Developer Guide says 500 for what Lambda refuses, of any kind of API.",
    check: "Set publisher.reservedConcurrency to 1 and send many requests at once.",
  }),
  eventTooLarge: assume<"413 Request Entity Too Large" | "500 Internal Server Error">({
    choice: "413 Request Entity Too Large",
    others: ["500 Internal Server Error"],
    assumes: "A request whose event is over Lambda's 6,291,556 bytes is a 413, as one over the API's own 10 MB is.",
    why: "Lambda answers the call with 413; users report that the sender sees it too. The Lambda Developer Guide says 500 for what Lambda refuses.",
    check: "POST 7 MB of JSON with lambda ingress.",
  }),
  answerContentType: assume<"text/plain;charset=utf-8">({
    choice: "text/plain;charset=utf-8",
    others: [],
    assumes: "A function's answer that has a status code and a body but no content-type is text/plain.",
    why: "Documented is only that an answer without a status code is application/json. The publisher always says its type.",
    check: "It cannot be brought about with this project's publisher.",
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
