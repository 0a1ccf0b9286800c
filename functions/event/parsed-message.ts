import type { HeaderSets, Ingress } from "../environment";
import type { Claim } from "./claim";
import type { Rejection } from "./rejection";
import type { Source } from "./source";
import type { EventHead, WebhookEvent } from "./webhook-event";

/** A message whose source is known. */
export type AttributedMessage =
  | { readonly kind: "event"; readonly event: WebhookEvent }
  /** An event whose body has to be read first. */
  | { readonly kind: "claim"; readonly event: EventHead; readonly claim: Claim }
  /** An event of a type that its source does not want. */
  | { readonly kind: "filtered"; readonly event: EventHead }
  | { readonly kind: "rejection"; readonly rejection: Rejection };

export type ParsedMessage =
  | AttributedMessage
  /** It came by a path of a source: its signature has to be checked first. It is called as it will be if that holds. */
  | { readonly kind: "signed"; readonly event: WebhookEvent; readonly source: Source };

/** What the stack says about itself. */
export interface MessageRules {
  readonly ingress: Ingress;
  readonly headerSets: HeaderSets;
  /**
   * What follows is about direct messages only: the publisher asks it before it takes anything.
   * Which senders may send to a path. Absent: any.
   */
  readonly allowsSourceIp?: (sourceIp: string, path: string) => boolean;
  /** Absent: none. */
  readonly sources?: readonly Source[];
  /** What becomes of paths that no source claims. @default "accept" */
  readonly unmatched?: "accept" | "reject";
}
