import { DATABASE_USERS, POSTGRES_CONSUMER_ENVIRONMENT } from "../../functions/environment";
import type { Account } from "../arn";
import type { Statement } from "../policy";
import type { Settings } from "../settings";
import { type Arrivals, readBodyRights } from "./arrivals";
import { type Database, loginRight, loginVariables } from "./database";

/**
 * What the consumer may do to store in the database: log in, and read a body that no message holds. No secrets: from
 * inside the VPC it could not read them, so the publisher verifies.
 */
export function postgresSinkRights(account: Account, database: Database, { bodies }: Arrivals): Statement[] {
  return [
    loginRight(account, database, DATABASE_USERS.consumer),
    ...(bodies === undefined ? [] : readBodyRights(bodies)),
  ];
}

/** What the consumer is told where the database is its sink. */
export function postgresSinkVariables(
  { ingress, rejected }: Pick<Settings, "ingress" | "rejected">,
  database: Database,
  { headerSets, bodies, allowedCidrs, sourcesVariables }: Arrivals,
): Record<string, string> {
  const names = POSTGRES_CONSUMER_ENVIRONMENT;
  return {
    ...loginVariables(database, DATABASE_USERS.consumer),
    [names.ingress]: ingress,
    ...(headerSets === undefined ? {} : { [names.headerSets]: JSON.stringify(headerSets) }),
    ...(bodies === undefined ? {} : { [names.bodiesBucketName]: bodies.bucket }),
    ...(allowedCidrs === undefined ? {} : { [names.allowedCidrs]: JSON.stringify(allowedCidrs) }),
    ...sourcesVariables,
    [names.rejectedMaxPerMinute]: String(rejected.maxPerMinute),
  };
}
