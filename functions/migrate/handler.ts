import { join } from "node:path";
import type { Context } from "aws-lambda";
import { openDatabase } from "../database/connection";
import { iamToken } from "../database/iam-token";
import { readMigrateEnvironment } from "../environment";
import { StdoutLogger } from "../stdout-logger";
import { type MigrationsResult, migrate } from "./migrate";
import { readPayload } from "./payload";

/** What is left for the migrations themselves when the wait for others ends. */
const WORK_MS = 30_000;

/** Beside index.js in the bundle, and so in the function's zip. */
const FOLDER = join(__dirname, "migrations");

const logger = new StdoutLogger();

/**
 * Brings the database to what this version needs. Called by migrate-start, which has the administrator's password; it
 * is in the payload, and so the payload is never logged.
 */
export const handler = async (
  event: unknown,
  context: Pick<Context, "getRemainingTimeInMillis">,
): Promise<MigrationsResult> => {
  const { host, port, database, maxConnections, ...limits } = readMigrateEnvironment();
  const result = await migrate(readPayload(event), {
    database,
    place: `${host}:${port}/${database}`,
    limits,
    maxConnections,
    folder: FOLDER,
    lockWaitMs: context.getRemainingTimeInMillis() - WORK_MS,
    open: (user, password) =>
      openDatabase({ host, port, database, user, password: password ?? iamToken({ host, port, user }) }),
  });
  logger.info("Migrated", { stage: "migrated", ...result });
  return result;
};
