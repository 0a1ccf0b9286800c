import type { HeaderSets, Ingress } from "../environment";
import type { Claim } from "./claim";
import type { Rejection } from "./rejection";
import type { EventHead, WebhookEvent } from "./webhook-event";

export type ParsedMessage =
  | { readonly kind: "event"; readonly event: WebhookEvent }
  /** An event whose body has to be read first. */
  | { readonly kind: "claim"; readonly event: EventHead; readonly claim: Claim }
  | { readonly kind: "rejection"; readonly rejection: Rejection };

/** What the stack says about itself. */
export interface MessageRules {
  readonly ingress: Ingress;
  readonly headerSets: HeaderSets;
  /** Which senders a direct message may be from; the publisher asks this before it takes anything. Absent: any. */
  readonly allowsSourceIp?: (sourceIp: string) => boolean;
}
