import type { RequestFacts } from "./rejection";

/** The attribute that only the ingress writes: `<form> <set> <request id> <time> <source IP> <method> <path>`. */
export interface Trusted extends RequestFacts {
  readonly form: string;
  readonly headerSet: string;
}

/** What the publisher puts where a direct message names its header set: an envelope has all headers. */
export const ALL_HEADERS = "all";

/** The publisher's half of {@link parseTrusted}. */
export function publisherTrusted(facts: Omit<RequestFacts, "receivedAt"> & { readonly epochMs: number }): string {
  const { requestId, epochMs, sourceIp, method, path } = facts;
  return ["publisher", ALL_HEADERS, requestId, epochMs, sourceIp, method, path].join(" ");
}

/**
 * One space between fields, none inside. Only the path, the last field, may have spaces: whether API Gateway decodes
 * `%20` in `$context.path` is not documented, and an honest request must not be rejected for it.
 */
const TRUSTED = new RegExp(
  [
    "^(?<form>[a-z]{1,16})",
    "(?<headerSet>[a-z0-9][a-z0-9-]{0,63})",
    "(?<requestId>[A-Za-z0-9_=+/-]{1,128})",
    // 15 digits at most, which is always inside a Date's range.
    "(?<epochMs>\\d{1,15})",
    "(?<sourceIp>[0-9A-Fa-f.:]{2,45})",
    "(?<method>[A-Z][A-Z-]{0,31})",
    "(?<path>/[^\\u0000-\\u001f\\u007f]*)$",
  ].join(" "),
);

/** @returns undefined when the value is not exactly of the form above */
export function parseTrusted(value: string): Trusted | undefined {
  const fields = TRUSTED.exec(value)?.groups;
  if (fields === undefined) return undefined;
  const { form = "", headerSet = "", requestId = "", epochMs, sourceIp = "", method = "", path = "" } = fields;
  return { form, headerSet, requestId, receivedAt: new Date(Number(epochMs)).toISOString(), sourceIp, method, path };
}

/** The facts alone, as records and events have them. */
export function requestFacts({ requestId, receivedAt, method, path, sourceIp }: Trusted): RequestFacts {
  return { requestId, receivedAt, method, path, sourceIp };
}
