import type { SchemeName } from "./signatures/scheme";
import type { IdentityRule } from "./source";

/** The id that a sender gives an event, and whether it can be believed. */
export interface DeliveryId {
  /** The rule to use where the settings name none. */
  readonly identity: IdentityRule;
  /**
   * Whether the signature is about the id as well. Where it is not, whoever has captured a body and its signature can
   * deliver it again under a new id; with identity "content" that is a duplicate.
   */
  readonly isSigned: boolean;
}

/** Sources: each sender's own documentation of its deliveries. */
export const DELIVERY_IDS: Readonly<Record<SchemeName, DeliveryId>> = {
  "standard-webhooks": { identity: { header: "webhook-id" }, isSigned: true },
  svix: { identity: { header: "svix-id" }, isSigned: true },
  github: { identity: { header: "x-github-delivery" }, isSigned: false },
  stripe: { identity: { jsonPointer: "/id" }, isSigned: true },
  shopify: { identity: { header: "x-shopify-webhook-id" }, isSigned: false },
  slack: { identity: { jsonPointer: "/event_id" }, isSigned: true },
  twilio: { identity: { header: "i-twilio-idempotency-token" }, isSigned: false },
  square: { identity: { jsonPointer: "/event_id" }, isSigned: true },
  // These two send no id: what they sign is all there is.
  zoom: { identity: "content", isSigned: true },
  discord: { identity: "content", isSigned: true },
  // Not known of any sender: every request is an event until the settings say more.
  hmac: { identity: "request", isSigned: false },
  "shared-token": { identity: "request", isSigned: false },
  "basic-auth": { identity: "request", isSigned: false },
  none: { identity: "request", isSigned: false },
};
