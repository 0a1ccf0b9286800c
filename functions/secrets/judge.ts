import {
  OUR_MISTAKES,
  type Secrets,
  type SignedRequest,
  type UnverifiedCode,
  VERIFIED,
  type Verdict,
} from "../event/signatures/signed-request";
import { verify } from "../event/signatures/verify";
import type { Source } from "../event/source";
import { DOUBTED_SECRET_AGE_MS, type SecretReader } from "./secret-reader";
import { SourceUnusable } from "./source-unusable";

export interface Judgement {
  readonly verdict: Verdict;
  /** Those that it was found with: today's. */
  readonly secrets: Secrets;
}

/** Finds out whether a request is from its source. Throws like {@link judge}. */
export type Judge = (request: SignedRequest, source: Source, signal: AbortSignal) => Promise<Judgement>;

/** What a secret may be the reason for that was rotated since it was read. */
const DOUBTS_SECRETS: readonly UnverifiedCode[] = ["SIGNATURE_MISMATCH", "SECRET_UNUSABLE"];

/**
 * Verifies a request with its source's secrets. Before one is refused that may be signed with a newer secret, the secrets
 * are read again, if that was not done a moment ago.
 * @throws SecretsUnavailable
 * @throws SourceUnusable when the source is set up wrongly; in both cases nothing is known about the sender
 */
export async function judge(
  request: SignedRequest,
  { name, signature }: Pick<Source, "name" | "signature">,
  reader: Pick<SecretReader, "read">,
  signal: AbortSignal,
): Promise<Judgement> {
  if (signature.scheme === "none") return { verdict: VERIFIED, secrets: [] };
  const { secretNames } = signature;
  let secrets = await reader.read(secretNames, signal);
  let verdict = verify(request, signature, secrets);
  if (!verdict.verified && DOUBTS_SECRETS.includes(verdict.reason)) {
    const today = await reader.read(secretNames, signal, DOUBTED_SECRET_AGE_MS);
    if (today !== secrets) {
      secrets = today;
      verdict = verify(request, signature, secrets);
    }
  }
  if (!verdict.verified && OUR_MISTAKES.includes(verdict.reason)) throw new SourceUnusable(name, verdict.reason);
  return { verdict, secrets };
}
