import { Signer } from "@aws-sdk/rds-signer";

export interface TokenScope {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/**
 * Makes passwords for a database user that has `rds_iam`, signed here with the function's own credentials: nothing is
 * asked over the network. One is good for 15 minutes and only for logging in; a connection outlives it.
 * Source: RDS User Guide, "IAM database authentication".
 */
export function iamToken({ host, port, user }: TokenScope): () => Promise<string> {
  const signer = new Signer({ hostname: host, port, username: user });
  return () => signer.getAuthToken();
}
