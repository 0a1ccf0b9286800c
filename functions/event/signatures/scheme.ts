import type { HmacForm } from "./hmac";
import type { TokenForm } from "./shared-token";

export const SCHEMES = [
  "standard-webhooks",
  "svix",
  "github",
  "stripe",
  "shopify",
  "slack",
  "twilio",
  "square",
  "zoom",
  "discord",
  "hmac",
  "shared-token",
  "basic-auth",
  "none",
] as const;
export type SchemeName = (typeof SCHEMES)[number];

type Tolerant = "standard-webhooks" | "svix" | "stripe" | "slack" | "zoom" | "discord";

/** How a source's requests are signed: the scheme and what it has to know, without the secrets. */
export type Scheme =
  | { readonly scheme: Tolerant; readonly toleranceSeconds?: number | undefined }
  | ({ readonly scheme: "hmac" } & HmacForm)
  | ({ readonly scheme: "shared-token" } & TokenForm)
  | { readonly scheme: Exclude<SchemeName, Tolerant | "hmac" | "shared-token"> };
