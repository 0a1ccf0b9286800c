import type { Logger } from "@aws-lambda-powertools/logger";
import type { Attribution } from "../event/attribution";
import { StdoutLogger } from "../stdout-logger";
import type { RefusalCode } from "./answer";

interface Facts {
  readonly requestId: string;
  /** Under which the event will be stored, or would have been. */
  readonly key: string;
  /** Only a name of the settings: all others are strangers' choice, and no metric may have them for a dimension. */
  readonly source?: string;
}

/** What is to be seen of an event that was taken. */
type Marks = Pick<Attribution, "unverified" | "identityMissing">;

/** One JSON line per request, without bodies and header values. */
export interface PublishLog {
  published(facts: Facts & Marks & { readonly messageId: string }): void;
  /** Verified, and of a type that its source does not want. */
  filtered(facts: Facts): void;
  /** Answered to who has signed it; it is no event. */
  handshake(facts: Facts): void;
  refused(facts: Facts & { readonly reason: RefusalCode; readonly detail?: string }): void;
}

export function publishLog(logger: Pick<Logger, "info" | "warn"> = new StdoutLogger()): PublishLog {
  return {
    published: (facts) => logger.info("Published", { stage: "published", ...facts }),
    filtered: (facts) => logger.info("Filtered", { stage: "filtered", ...facts }),
    handshake: (facts) => logger.info("Answered a handshake", { stage: "handshake", ...facts }),
    refused: ({ detail, ...facts }) =>
      logger.warn(detail === undefined ? "Refused" : `Refused: ${detail}`, { stage: "refused", ...facts }),
  };
}
