import type { Claim } from "../event/claim";
import type { UnstoredRecord } from "./event-store";

/** Bodies under way at once in one execution environment: each is held in memory, up to 6 MB and its compressed copy. */
export const BODIES_SIDE_BY_SIDE = 4;

/** What a claim check gave. */
export type ClaimedBody =
  | { readonly kind: "read"; readonly body: Uint8Array }
  /** Nothing is there, and nothing will be. */
  | { readonly kind: "missing"; readonly detail: string }
  /** Something else is there than the publisher wrote. */
  | { readonly kind: "altered"; readonly detail: string };

/** Of whom a body is kept. */
export type KeptState = "stored" | UnstoredRecord["state"];

/** Where bodies are that fit neither into a message nor into an item. */
export interface BodyStore {
  /**
   * Reads the body of an event and checks that it is the one the publisher wrote.
   * @throws SinkUnavailable when it could not be tried, or the signal came
   */
  read(claim: Claim, signal: AbortSignal): Promise<ClaimedBody>;

  /**
   * Copies a body to where it expires no earlier than its item. May be called again: it is the same copy.
   * @param id names it within its state
   * @returns the key of the copy
   * @throws SinkUnavailable as `read`
   */
  keep(inflightKey: string, state: KeptState, id: string, signal: AbortSignal): Promise<string>;

  /** Writes a body that came in its message, to where {@link keep} copies others. Likewise in everything else. */
  write(body: Uint8Array, state: KeptState, id: string, signal: AbortSignal): Promise<string>;
}
