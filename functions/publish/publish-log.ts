import type { Logger } from "@aws-lambda-powertools/logger";
import { StdoutLogger } from "../stdout-logger";
import type { RefusalCode } from "./answer";

interface Facts {
  readonly requestId: string;
  /** Under which the event will be stored, or would have been. */
  readonly key: string;
}

/** One JSON line per request, without bodies and header values. */
export interface PublishLog {
  published(facts: Facts & { readonly messageId: string }): void;
  refused(facts: Facts & { readonly reason: RefusalCode; readonly detail?: string }): void;
}

export function publishLog(logger: Pick<Logger, "info" | "warn"> = new StdoutLogger()): PublishLog {
  return {
    published: (facts) => logger.info("Published", { stage: "published", ...facts }),
    refused: ({ detail, ...facts }) =>
      logger.warn(detail === undefined ? "Refused" : `Refused: ${detail}`, { stage: "refused", ...facts }),
  };
}
