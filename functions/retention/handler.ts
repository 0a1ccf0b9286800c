import type { Context } from "aws-lambda";
import { openDatabase } from "../database/connection";
import { iamToken } from "../database/iam-token";
import { readRetentionEnvironment } from "../environment";
import { StdoutLogger } from "../stdout-logger";
import type { Expired } from "./expire";
import { retain } from "./retention";

const logger = new StdoutLogger();

/** Deletes what has expired. Called by the clock, and never twice at once (reserved concurrency). */
export const handler = async (
  _event: unknown,
  context: Pick<Context, "getRemainingTimeInMillis">,
): Promise<Expired> => {
  const { host, port, database, user, ...rules } = readRetentionEnvironment();
  const password = iamToken({ host, port, user });
  const place = `${host}:${port}/${database}`;
  const open = (signal: AbortSignal) => openDatabase({ host, port, database, user, password, signal });
  const result = await retain({ rules, place, open }, () => context.getRemainingTimeInMillis());
  logger.info(result.moreLeft ? "Expired; more is left for the next run" : "Expired", { stage: "expired", ...result });
  return result;
};
