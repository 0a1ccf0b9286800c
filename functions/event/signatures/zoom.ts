/**
 * Zoom. Source: developers.zoom.us, "Using webhooks", verify with Zoom's header; Zoom names no tolerance, and none is
 * made up here: whether a retry is signed anew is not documented either.
 */
import type { Secrets, SignedRequest, Verdict } from "./signed-request";
import { verifyTimestampedHmac } from "./timestamped-hmac";

const HEADERS = { signature: "x-zm-signature", timestamp: "x-zm-request-timestamp" };

export interface ZoomOptions {
  /** @default the timestamp's age is not checked */
  readonly toleranceSeconds?: number | undefined;
}

export function verifyZoom(request: SignedRequest, secrets: Secrets, { toleranceSeconds }: ZoomOptions): Verdict {
  const tolerance = { pastSeconds: toleranceSeconds, futureSeconds: toleranceSeconds };
  return verifyTimestampedHmac(request, secrets, HEADERS, tolerance);
}
