import {
  type Attributed,
  type Attribution,
  attributed,
  claimedAttribution,
  signedRequestOf,
  unclaimedAttribution,
} from "../event/attribution";
import { type HandshakeAnswer, handshakeAnswer } from "../event/signatures/handshake";
import { type Source, sourceOf } from "../event/source";
import type { Judge } from "../secrets/judge";
import type { PublishedRequest } from "./request";

export interface ReceptionRules {
  readonly sources: readonly Source[];
  /** What becomes of paths that no source claims. */
  readonly unmatched: "accept" | "reject";
  readonly judge: Judge;
}

/** Whose a request says it is, by its path. */
export interface Claimant {
  /** What it is called, if that is true. */
  readonly attribution: Attribution;
  /** Absent when no source claims the path. */
  readonly source?: Source;
}

/** What becomes of a request. */
export type Reception =
  | Attributed
  | { readonly kind: "handshake"; readonly answer: HandshakeAnswer }
  | { readonly kind: "refused"; readonly reason: "PATH_UNMATCHED" };

export function claimantOf(request: PublishedRequest, { sources }: Pick<ReceptionRules, "sources">): Claimant {
  const source = sourceOf(request.path, sources);
  if (source === undefined) return { attribution: unclaimedAttribution(request, sources) };
  return { attribution: claimedAttribution(request, source), source };
}

/** Finds out whether a request is from who it says. @throws as Judge does */
export async function receive(
  request: PublishedRequest,
  { source, attribution }: Claimant,
  { unmatched, judge }: Omit<ReceptionRules, "sources">,
  signal: AbortSignal,
): Promise<Reception> {
  if (source === undefined) {
    return unmatched === "reject" ? { kind: "refused", reason: "PATH_UNMATCHED" } : { kind: "event", attribution };
  }
  const signed = signedRequestOf(request, source);
  const { verdict, secrets } = await judge(signed, source, signal);
  const answer = verdict.verified ? handshakeAnswer(signed, source.signature, secrets) : undefined;
  return answer === undefined ? attributed(request, source, attribution, verdict) : { kind: "handshake", answer };
}
