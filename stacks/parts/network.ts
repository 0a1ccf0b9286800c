import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { ResourceNames } from "../names";
import type { PostgresSinkSettings } from "../postgres-settings";
import { PrivateNetwork } from "./private-network";
import { S3Way } from "./s3-way";

/** What the parts of a stack with a database have to know of the network that they are in. */
export interface Network {
  /** Private, in two zones or more. */
  readonly subnetIds: readonly string[];
  /** Of what logs in to the database. */
  readonly clientSecurityGroupId: string;
  /** Of the database; of what logs in too where one group is for both. */
  readonly databaseSecurityGroupId: string;
  /** What opens the ways from what logs in. @default none: they are open already */
  readonly ways: readonly ITerraformDependable[];
}

export interface NetworkProps {
  readonly names: ResourceNames;
  readonly region: string;
  readonly databasePort: number;
  /** Where bodies lie that no message holds. @default there is no way to S3 */
  readonly bodies: S3Bucket | undefined;
}

/** The network that the settings name, in which nothing is made, or one of the stack's own. */
export function networkOf(scope: Construct, settings: PostgresSinkSettings["network"], props: NetworkProps): Network {
  if (settings.kind === "existing") {
    const { subnetIds, securityGroupId: group } = settings;
    return { subnetIds, clientSecurityGroupId: group, databaseSecurityGroupId: group, ways: [] };
  }
  const { bodies, names, region, databasePort } = props;
  const network = new PrivateNetwork(scope, "network", { names, databasePort, ...settings });
  const { subnetIds, clientSecurityGroupId, databaseSecurityGroupId, rules } = network;
  const s3 = bodies === undefined ? [] : new S3Way(scope, "s3", { names, region, network, bodies }).rules;
  return { subnetIds, clientSecurityGroupId, databaseSecurityGroupId, ways: [...rules, ...s3] };
}
