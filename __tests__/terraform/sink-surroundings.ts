/** What a user has before a stack with PostgreSQL is made in it: a network, an administrator's secret. */

import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { EmulatedCalls, elements } from "./emulated-calls";
import { emulatedClient } from "./inventory";
import type { Surroundings } from "./sink-variants";

/** Log-ins of administrators: of a database that was there, and of each that moto makes. */
export const ADMINISTRATORS = {
  existing: { username: "admin_of_old", password: "correct-horse-battery-staple" },
  new: { username: "admin", password: "P@55w0rd!" },
} as const;

/** In the emulated AWS: its default VPC, and a secret that it keeps. */
export async function makeSurroundings(url: string): Promise<Surroundings> {
  const calls = new EmulatedCalls(url);
  const subnetIds = elements(await calls.xml("ec2", "DescribeSubnets"), "subnetId").slice(0, 2);
  const [securityGroupId = ""] = elements(await calls.xml("ec2", "DescribeSecurityGroups"), "groupId");
  const secret = new CreateSecretCommand({
    Name: "rds!db-of-old",
    SecretString: JSON.stringify({ ...ADMINISTRATORS.existing, engine: "postgres" }),
  });
  const { ARN: secretArn = "" } = await new SecretsManagerClient(emulatedClient(url)).send(secret);
  return { subnetIds, securityGroupId, secretArn };
}
