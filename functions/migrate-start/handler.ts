import { readMigrateStartEnvironment } from "../environment";
import { StdoutLogger } from "../stdout-logger";
import { readAdministrator } from "./administrator-secret";
import { callMigrate, type MigrationsResult } from "./call-migrate";

const logger = new StdoutLogger();

/**
 * Starts the migrations inside the VPC with the administrator's password, which only this function may read: nothing in
 * the VPC reaches Secrets Manager. Terraform calls it with the migrations' hash and keeps input and result in its state,
 * so neither has a secret in it.
 */
export const handler = async (): Promise<MigrationsResult> => {
  const { administratorSecretArn, migrateFunctionName } = readMigrateStartEnvironment();
  const result = await callMigrate(migrateFunctionName, await readAdministrator(administratorSecretArn));
  logger.info("Migrations called", { stage: "migrations", ...result });
  return result;
};
