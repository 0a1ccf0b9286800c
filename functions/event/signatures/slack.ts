/**
 * Slack. Source: docs.slack.dev, "Verifying requests from Slack", whose example compares the absolute difference with
 * five minutes; Bolt's verifySlackRequest looks at the past only.
 */
import type { Secrets, SignedRequest, Verdict } from "./signed-request";
import { verifyTimestampedHmac } from "./timestamped-hmac";

const HEADERS = { signature: "x-slack-signature", timestamp: "x-slack-request-timestamp" };

export interface SlackOptions {
  /** @default 300, Slack's own */
  readonly toleranceSeconds?: number | undefined;
}

export function verifySlack(
  request: SignedRequest,
  secrets: Secrets,
  { toleranceSeconds = 300 }: SlackOptions,
): Verdict {
  const tolerance = { pastSeconds: toleranceSeconds, futureSeconds: toleranceSeconds };
  return verifyTimestampedHmac(request, secrets, HEADERS, tolerance);
}
