import { createHash } from "node:crypto";
import { parseBody, valueAt } from "./json-pointer";
import type { SignedRequest } from "./signatures/signed-request";
import { headerOf } from "./signatures/signed-request";
import { contentOf } from "./signatures/verify";
import type { IdentityRule, Source, TypeFilter } from "./source";

export interface Identity {
  /** What the sink de-duplicates on, within the source. */
  readonly eventId: string;
  /**
   * Set when the rule found nothing: why. The event has the request's id then, so it is stored, and a retry by the sender
   * is stored as well: an event that cannot be told from others is better there twice than not at all. To be counted.
   */
  readonly missing?: string;
}

/** What an event is called by its source's rule. Never throws. */
export function identify(
  request: SignedRequest & { readonly requestId: string },
  { signature, identity }: Pick<Source, "signature" | "identity">,
): Identity {
  if (identity === "request") return { eventId: request.requestId };
  if (identity === "content") return { eventId: `sha256:${contentHash(request, signature)}` };
  const eventId = idOf(partOf(request, identity));
  if (eventId !== undefined) return { eventId };
  const missing =
    "header" in identity ? `no header ${identity.header}` : `no id at ${identity.jsonPointer} in the body`;
  return { eventId: request.requestId, missing };
}

/** Whether the source wants events of this type. One whose type cannot be told is wanted: it must not be lost. */
export function isWanted(request: Pick<SignedRequest, "headers" | "body">, types: TypeFilter | undefined): boolean {
  if (types === undefined) return true;
  const type = partOf(request, types);
  return typeof type !== "string" || type === "" || types.accept.includes(type);
}

function contentHash(request: SignedRequest, signature: Source["signature"]): string {
  const hash = createHash("sha256");
  for (const part of contentOf(request, signature)) hash.update(part);
  return hash.digest("hex");
}

function partOf(request: Pick<SignedRequest, "headers" | "body">, rule: Exclude<IdentityRule, string>): unknown {
  return "header" in rule
    ? headerOf(request, rule.header.toLowerCase()).trim()
    : valueAt(parseBody(request.body), rule.jsonPointer);
}

/** Numbers beyond 2^53 are not taken: JSON.parse makes neighbours one, and one of two events would be a duplicate. */
function idOf(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
