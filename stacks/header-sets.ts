/**
 * Which headers travel with a direct event, by sender. API Gateway takes 512 characters a request parameter, so one
 * block for every known sender does not fit: one set a sender, one integration a set (docs/decisions/0003).
 * Sources of the names: each sender's own documentation of its signatures.
 */

/** Headers that identify or sign a delivery, by known sender. The order is the order in the message. */
export const SENDER_HEADERS = {
  github: ["x-github-event", "x-github-delivery", "x-hub-signature-256", "x-github-hook-id"],
  "standard-webhooks": ["webhook-id", "webhook-timestamp", "webhook-signature"],
  svix: ["svix-id", "svix-timestamp", "svix-signature"],
  stripe: ["stripe-signature"],
  shopify: ["x-shopify-hmac-sha256", "x-shopify-webhook-id", "x-shopify-topic", "x-shopify-shop-domain"],
  slack: ["x-slack-signature", "x-slack-request-timestamp", "x-slack-retry-num"],
  square: ["x-square-hmacsha256-signature"],
  twilio: ["x-twilio-signature", "i-twilio-idempotency-token"],
  zoom: ["x-zm-signature", "x-zm-request-timestamp"],
  discord: ["x-signature-ed25519", "x-signature-timestamp"],
  paypal: [
    "paypal-transmission-id",
    "paypal-transmission-time",
    "paypal-transmission-sig",
    "paypal-cert-url",
    "paypal-auth-algo",
  ],
} as const satisfies Record<string, readonly string[]>;

export type SenderName = keyof typeof SENDER_HEADERS;
export const SENDER_NAMES = Object.keys(SENDER_HEADERS) as SenderName[];

/** The set of every route that belongs to no sender: what identifies, nothing that signs (that needs a path). */
export const DEFAULT_SET = "default";
export type HeaderSetName = SenderName | typeof DEFAULT_SET;

/** Headers that travel together, and what messages call them. */
export interface HeaderSet {
  readonly name: string;
  /** Lower case, in the order in which a message carries their values. */
  readonly headers: readonly string[];
}

export const EVERY_SENDER = ["content-type", "user-agent"] as const;
const DEFAULT_HEADERS = [
  "content-type",
  "x-github-event",
  "x-github-delivery",
  "webhook-id",
  "svix-id",
  "x-shopify-webhook-id",
] as const;

export function headerSet(name: HeaderSetName): HeaderSet {
  return { name, headers: headersOf(name) };
}

/** The headers of a set, lower case, in the order in which a message carries them. */
export function headersOf(set: HeaderSetName): readonly string[] {
  if (set === DEFAULT_SET) return DEFAULT_HEADERS;
  // PayPal's own five leave no room in 512 characters; what it sends is always JSON.
  return set === "paypal" ? SENDER_HEADERS.paypal : [...EVERY_SENDER, ...SENDER_HEADERS[set]];
}

/**
 * Every set, for the consumer: a message carries values only, by position.
 * @param own of sources whose headers are no sender's
 */
export function headerSets(own: readonly HeaderSet[] = []): Record<string, readonly string[]> {
  const names: readonly HeaderSetName[] = [DEFAULT_SET, ...SENDER_NAMES];
  return Object.fromEntries([...names.map(headerSet), ...own].map(({ name, headers }) => [name, headers]));
}
