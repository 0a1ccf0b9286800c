/** What a rejected record is by today's settings and secrets, and the time at which its request was received. */
import { attribute } from "../../functions/consume/attribute";
import { claimedAttribution } from "../../functions/event/attribution";
import { type Source, sourceOf } from "../../functions/event/source";
import type { WebhookEvent } from "../../functions/event/webhook-event";
import type { Judge } from "../../functions/secrets/judge";
import type { RejectedRecord } from "./rejected-record";

export type Assessment =
  /** It is what its source signed. */
  | { readonly kind: "verified"; readonly event: WebhookEvent }
  /** It is, and its source does not want events of this type. */
  | { readonly kind: "filtered" }
  | { readonly kind: "refused"; readonly reason: string }
  /** It cannot be looked at again. */
  | { readonly kind: "incomplete"; readonly reason: string };

/** @throws as Judge does, when nothing can be found out */
export async function assess(
  { request }: Pick<RejectedRecord, "request">,
  sources: readonly Source[],
  judge: Judge,
  signal: AbortSignal,
): Promise<Assessment> {
  if (typeof request === "string") return { kind: "incomplete", reason: request };
  const source = sourceOf(request.path, sources);
  if (source === undefined) return { kind: "incomplete", reason: "no source claims its path any more" };
  const event = { ...request, ...claimedAttribution(request, source) };
  const found = await attribute({ kind: "signed", event, source }, judge, signal);
  switch (found.kind) {
    case "event": {
      const { unverified } = found.event;
      // What a source accepts unverified meanwhile is no reason to take back what it has rejected.
      return unverified === undefined
        ? { kind: "verified", event: found.event }
        : { kind: "refused", reason: unverified };
    }
    case "filtered":
      return { kind: "filtered" };
    case "rejection":
      return { kind: "refused", reason: found.rejection.code };
    case "claim":
      throw new Error("a request with its body at hand became a claim check");
    default:
      return found satisfies never;
  }
}
