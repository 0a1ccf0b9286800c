/**
 * Whether a password is a token of RDS's IAM authentication for this user of this database: a presigned URL of the
 * service rds-db. Pure. Sources: RDS User Guide, "IAM database authentication"; IAM User Guide, "Create a signed AWS API
 * request" (query string).
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const ALGORITHM = "AWS4-HMAC-SHA256";
const SERVICE = "rds-db";
/** RDS User Guide: "Each token has a lifetime of 15 minutes." */
const LONGEST_LIFETIME_SECONDS = 900;
/** Signature Version 4 takes clocks that differ by so much. */
const CLOCK_SKEW_MS = 5 * 60_000;

export interface ExpectedToken {
  /** The database's own address, `host:port`, as it stands in the token. */
  readonly address: string;
  readonly user: string;
  readonly region: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** The secret access key of an access key id; undefined when nobody has that id. */
  readonly secretOf: (accessKeyId: string) => string | undefined;
}

export type TokenVerdict =
  | { readonly isValid: true; readonly accessKeyId: string }
  /** `why` is for the operator's log: RDS tells the client nothing but that it failed. */
  | { readonly isValid: false; readonly why: string };

export function checkToken(token: string, expected: ExpectedToken): TokenVerdict {
  const refused = (why: string): TokenVerdict => ({ isValid: false, why });
  const url = URL.canParse(`https://${token}`) ? new URL(`https://${token}`) : undefined;
  const parameters = url?.searchParams;
  if (url === undefined || parameters === undefined || parameters.get("Action") !== "connect")
    return refused("the password is not a token of RDS's signer");
  if (url.host !== expected.address) return refused(`it is a token for ${url.host}, not for ${expected.address}`);
  const user = parameters.get("DBUser") ?? "";
  if (user !== expected.user) return refused(`it is a token for the user ${user}`);
  const [accessKeyId = "", day = "", region = "", service = ""] = (parameters.get("X-Amz-Credential") ?? "").split("/");
  if (service !== SERVICE) return refused(`it is signed for the service ${service}, not for ${SERVICE}`);
  if (region !== expected.region) return refused(`it is signed for the region ${region}, not for ${expected.region}`);
  const untimely = timeliness(parameters, expected.now);
  if (untimely !== undefined) return refused(untimely);
  const secret = expected.secretOf(accessKeyId);
  if (secret === undefined) return refused(`nobody has the access key id "${accessKeyId}"`);
  const signed = signature(url, { day, region, secret });
  return isEqual(signed, parameters.get("X-Amz-Signature") ?? "")
    ? { isValid: true, accessKeyId }
    : refused("its signature is not the one of its access key");
}

/** @returns what is wrong with the token's time, undefined when it is in force */
function timeliness(parameters: URLSearchParams, now: number): string | undefined {
  const signedAt = Date.parse(
    (parameters.get("X-Amz-Date") ?? "").replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
  const lifetimeSeconds = Number(parameters.get("X-Amz-Expires") ?? Number.NaN);
  if (!(lifetimeSeconds > 0 && lifetimeSeconds <= LONGEST_LIFETIME_SECONDS))
    return `it is to live for ${lifetimeSeconds} s; a token lives for ${LONGEST_LIFETIME_SECONDS} s at most`;
  if (Number.isNaN(signedAt)) return "it does not say when it was signed";
  if (signedAt > now + CLOCK_SKEW_MS) return "it was signed in the future";
  const age = now - signedAt;
  return age > lifetimeSeconds * 1000 ? `it expired ${Math.round(age / 1000 - lifetimeSeconds)} s ago` : undefined;
}

function signature(url: URL, by: { readonly day: string; readonly region: string; readonly secret: string }): string {
  const { searchParams } = url;
  const query = [...searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join("&");
  const canonical = ["GET", url.pathname, query, `host:${url.host}`, "", "host", sha256("")].join("\n");
  const scope = `${by.day}/${by.region}/${SERVICE}/aws4_request`;
  const toSign = [ALGORITHM, searchParams.get("X-Amz-Date"), scope, sha256(canonical)].join("\n");
  const key = [by.day, by.region, SERVICE, "aws4_request"].reduce<string | Buffer>(
    (previous, part) => createHmac("sha256", previous).update(part).digest(),
    `AWS4${by.secret}`,
  );
  return createHmac("sha256", key).update(toSign).digest("hex");
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Percent-encoding as Signature Version 4 wants it: only the unreserved characters of RFC 3986 stay. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
