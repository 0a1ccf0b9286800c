/** A stage's access log. Source: API Gateway Developer Guide, "Customize HTTP API access logs". */

/** Values by what follows `$context.`; what has none is written as "-", as API Gateway does. */
export type AccessLogValues = Readonly<Record<string, string | number | undefined>>;

/** Renders the line of one request. */
export type AccessLog = (values: AccessLogValues) => string;

/** Documented for HTTP APIs; families such as authorizer.* by their first name. */
const VARIABLES = [
  "accountId",
  "apiId",
  "authorizer",
  "awsEndpointRequestId",
  "awsEndpointRequestId2",
  "customDomain",
  "dataProcessed",
  "domainName",
  "domainPrefix",
  "error",
  "extendedRequestId",
  "httpMethod",
  "identity",
  "integration",
  "integrationErrorMessage",
  "integrationLatency",
  "integrationStatus",
  "path",
  "protocol",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "responseLatency",
  "responseLength",
  "routeKey",
  "stage",
  "status",
  "tlsVersion",
];
const VARIABLE = /\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)/g;

/** @throws what `unknown` makes of a variable that HTTP APIs do not have */
export function compileAccessLog(format: string, unknown: (variable: string) => Error): AccessLog {
  for (const [whole, name = ""] of format.matchAll(VARIABLE)) {
    if (!VARIABLES.includes(name.split(".")[0] ?? "")) throw unknown(whole);
  }
  return (values) => format.replace(VARIABLE, (_, name: string) => String(values[name] ?? "-"));
}
