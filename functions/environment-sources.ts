/** How the settings' sources stand in an environment variable. Pure. */
import { oneOf } from "./environment-formats";
import type { Format, VariableReader } from "./environment-variables";
import { DELIVERY_IDS } from "./event/delivery-id";
import { parsePointer } from "./event/json-pointer";
import { HMAC_ALGORITHMS, SIGNATURE_ENCODINGS } from "./event/signatures/hmac-check";
import { SCHEMES } from "./event/signatures/scheme";
import { type IdentityRule, type Signature, SOURCE_NAME, type Source, type TypeFilter } from "./event/source";
import { parseSecretName } from "./secrets/secret-name";

/** What becomes of a request whose path no source claims. */
export const UNMATCHED = ["accept", "reject"] as const;
export type Unmatched = (typeof UNMATCHED)[number];

/** Where whoever looks at signatures finds out whose a request is. */
export interface SourcesEnvironment {
  /** A JSON array, in the form of {@link WrittenSource}. Absent or empty: none. */
  readonly sources: readonly Source[];
  /** Absent: "accept", since the webhook takes any URL. */
  readonly unmatched: Unmatched;
}

/**
 * A source in the variable. What is absent is the default, since a function has 4 KB for all of its variables: the
 * scheme's own delivery id, and "reject".
 */
export type WrittenSource = Omit<Source, "identity" | "onUnverified"> &
  Partial<Pick<Source, "identity" | "onUnverified">>;

/** Rejected records kept a minute and source, where the variable is absent. */
export const REJECTED_MAX_PER_MINUTE = 60;

export const SOURCES_FORMAT: Format<readonly Source[]> = {
  must: "a JSON array of sources with a name, a path and a signature",
  parse: (value) => {
    const sources = parseJson(value);
    return Array.isArray(sources) && sources.every(isSource) ? sources.map(completed) : undefined;
  },
};

/** The variables of whoever looks at signatures. */
export function readSources(
  reader: VariableReader,
  names: { readonly sources: string; readonly unmatched: string },
): SourcesEnvironment {
  return {
    sources: reader.optional(names.sources, SOURCES_FORMAT) ?? [],
    unmatched: reader.optional(names.unmatched, oneOf(UNMATCHED)) ?? "accept",
  };
}

function completed(source: WrittenSource): Source {
  const { identity } = DELIVERY_IDS[source.signature.scheme];
  return { identity, onUnverified: "reject", ...source };
}

/** The stack has checked the settings: this keeps what is not from them, and a version that says it in another way. */
function isSource(value: unknown): value is WrittenSource {
  if (!isObject(value)) return false;
  const { name, path, signature, identity, types, allowedCidrs, onUnverified } = value;
  return (
    isText(name) &&
    SOURCE_NAME.test(name) &&
    isText(path) &&
    path.startsWith("/") &&
    isSignature(signature) &&
    isOptional(identity, isIdentity) &&
    isOptional(types, isTypeFilter) &&
    isOptional(allowedCidrs, isTexts) &&
    isOptional(onUnverified, (given) => given === "reject" || given === "accept")
  );
}

function isSignature(value: unknown): value is Signature {
  if (!isObject(value) || !isTexts(value.secretNames)) return false;
  const { scheme, secretNames, publicUrl, toleranceSeconds } = value;
  if (!isOneOf(SCHEMES, scheme) || (scheme === "none") !== (secretNames.length === 0)) return false;
  if (!secretNames.every((name) => parseSecretName(name) !== undefined)) return false;
  if (!isOptional(publicUrl, isText) || !isOptional(toleranceSeconds, Number.isInteger)) return false;
  if (scheme !== "hmac") return true;
  return (
    isText(value.header) && isOneOf(HMAC_ALGORITHMS, value.algorithm) && isOneOf(SIGNATURE_ENCODINGS, value.encoding)
  );
}

function isIdentity(value: unknown): value is IdentityRule {
  return value === "content" || value === "request" || isPlace(value);
}

function isTypeFilter(value: unknown): value is TypeFilter {
  return isPlace(value) && "accept" in value && isTexts(value.accept);
}

function isPlace(value: unknown): value is { readonly header: string } | { readonly jsonPointer: string } {
  if (!isObject(value)) return false;
  return "header" in value
    ? isText(value.header)
    : isText(value.jsonPointer) && parsePointer(value.jsonPointer) !== undefined;
}

function isOptional(value: unknown, isRight: (value: unknown) => boolean): boolean {
  return value === undefined || isRight(value);
}

function isOneOf<T extends string>(known: readonly T[], value: unknown): value is T {
  return known.some((one) => one === value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
