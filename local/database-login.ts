/** Who may log in to the database with an IAM token: whoever holds a valid one, if a policy of the stack allows it. */
import type { Authorization } from "./authorization";
import { AwsFault } from "./aws-fault";
import { checkToken } from "./iam-token";
import { ACCOUNT_ID, REGION } from "./resource-types";
import type { Role } from "./roles";

export interface LoginOptions {
  /** `host:port` of the database. */
  readonly address: string;
  /** By which IAM names it. */
  readonly resourceId: string;
  readonly roles: readonly Role[];
  readonly authorization: Authorization;
  /** Gets a line for each token that is refused: the client is not told why. */
  readonly onRefused: (line: string) => void;
}

/** @returns whether a token opens the database to a user */
export function tokenLogin({ address, resourceId, roles, authorization, onRefused }: LoginOptions) {
  const roleOf = (accessKeyId: string) => roles.find(({ credentials }) => credentials.accessKeyId === accessKeyId);
  return (token: string, user: string): boolean => {
    const refuse = (why: string): false => {
      onRefused(`The database refused the log-in of ${user}: ${why}. [LOCAL_DATABASE_LOGIN_REFUSED]`);
      return false;
    };
    const verdict = checkToken(token, {
      address,
      user,
      region: REGION,
      now: Date.now(),
      secretOf: (accessKeyId) => roleOf(accessKeyId)?.credentials.secretAccessKey,
    });
    if (!verdict.isValid) return refuse(verdict.why);
    const role = roleOf(verdict.accessKeyId);
    if (role === undefined) return refuse("its role is gone");
    try {
      authorization.check(
        role,
        "rds-db:connect",
        `arn:aws:rds-db:${REGION}:${ACCOUNT_ID}:dbuser:${resourceId}/${user}`,
      );
      return true;
    } catch (fault) {
      if (!(fault instanceof AwsFault)) throw fault;
      return refuse(fault.message);
    }
  };
}
