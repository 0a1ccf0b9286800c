import type { ITerraformDependable } from "cdktf";
import { DATABASE_ENVIRONMENT } from "../../functions/environment";
import { type Account, databaseUserArn } from "../arn";
import type { Statement } from "../policy";

/** A PostgreSQL server on RDS and the database in it, whoever made it. */
export interface Database {
  readonly host: string;
  /** A number, or a reference to one, as text. */
  readonly port: string;
  /** Of the database in the server. */
  readonly name: string;
  /** What an IAM policy names the server by: "db-…" or "cluster-…". */
  readonly resourceId: string;
  /** Secret with username and password of a user that may make users. @default there is none */
  readonly administratorSecretArn?: string | undefined;
  /** What opens the way to it. @default none: it is open already */
  readonly ways: readonly ITerraformDependable[];
}

/** Where the database is, for a function's environment. */
export function addressVariables({ host, port, name }: Database): Record<string, string> {
  const names = DATABASE_ENVIRONMENT;
  return { [names.host]: host, [names.port]: port, [names.name]: name };
}

/** Where the database is and as whom to log in, for a function's environment. */
export function loginVariables(database: Database, user: string): Record<string, string> {
  return { ...addressVariables(database), [DATABASE_ENVIRONMENT.user]: user };
}

/** To log in as that user and no other, with an IAM token. */
export function loginRight(account: Account, { resourceId }: Database, user: string): Statement {
  return { Effect: "Allow", Action: "rds-db:connect", Resource: databaseUserArn(account, resourceId, user) };
}
