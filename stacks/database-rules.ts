/** What RDS and IAM ask of the settings of a database and of its network. Pure. */

import * as limits from "./database-limits";
import type { BrokenRule } from "./errors";
import { connectionsByMemory, INSTANCE_CLASSES_SOURCE, instanceClass } from "./instance-classes";
import type { PostgresSinkSettings } from "./postgres-settings";
import { PROVIDER_VERSIONS } from "./provider-versions";

type NewDatabase = Extract<PostgresSinkSettings["database"], { kind: "new" }>;
type ExistingDatabase = Extract<PostgresSinkSettings["database"], { kind: "existing" }>;

const DATABASE = "postgresSink.database";

export function databaseRules({ database, network, proxy }: PostgresSinkSettings, region: string): BrokenRule[] {
  return [
    ...(database.kind === "new"
      ? [...classRules(database), ...storageRules(database)]
      : [...networkRules(network), ...secretRules(database, region)]),
    ...(proxy ? [proxyRule()] : []),
  ];
}

function networkRules({ kind }: PostgresSinkSettings["network"]): BrokenRule[] {
  if (kind === "existing") return [];
  return [
    {
      path: "postgresSink.network.kind",
      involves: [DATABASE, "postgresSink.network"],
      value: `"new" with database.kind "existing"`,
      rule: "a VPC that is made now has no way to a database that is there already",
      source: "VPC User Guide: a VPC is isolated from others",
      remedy: 'Set network to { kind: "existing", subnetIds: […], securityGroupId: "…" } of the database\'s VPC.',
      code: "NETWORK_MISMATCH",
    },
  ];
}

function classRules({ instanceClass: name, vcpus, maxConnections }: NewDatabase): BrokenRule[] {
  const known = instanceClass(name);
  if (known === undefined) return vcpus === undefined ? [unknownClass(name)] : [];
  const broken: BrokenRule[] = [];
  if (vcpus !== undefined && vcpus !== known.vcpus) {
    broken.push({
      path: `${DATABASE}.vcpus`,
      involves: [DATABASE],
      value: `${vcpus}`,
      rule: `${name} has ${known.vcpus}`,
      source: INSTANCE_CLASSES_SOURCE,
      remedy: "Leave it out: it is for classes that stacks/instance-classes.ts does not have.",
      code: "INSTANCE_CLASS_VCPUS",
    });
  }
  const most = connectionsByMemory(known.memoryGib);
  if (maxConnections > most) {
    broken.push({
      path: `${DATABASE}.maxConnections`,
      involves: [DATABASE],
      value: `${maxConnections}`,
      rule: `${name} has memory for ${most} at most (${known.memoryGib} GiB ÷ ${limits.CONNECTION_MEMORY.divisorBytes} bytes, never over ${limits.CONNECTION_MEMORY.most}), and RDS itself allows fewer`,
      source: limits.CONNECTION_MEMORY.source,
      remedy: `Set it to ${most} or less, or choose a class with more memory.`,
      code: "MAX_CONNECTIONS_OVER_MEMORY",
    });
  }
  return broken;
}

function unknownClass(name: string): BrokenRule {
  return {
    path: `${DATABASE}.instanceClass`,
    involves: [DATABASE],
    value: JSON.stringify(name),
    rule: "stacks/instance-classes.ts does not have it, so nobody knows how many connections its CPU serves",
    source: INSTANCE_CLASSES_SOURCE,
    remedy: `Correct its name, or set ${DATABASE}.vcpus to what the class has.`,
    code: "INSTANCE_CLASS_VCPUS",
  };
}

function storageRules({ storageGb, storageCeilingGb }: NewDatabase): BrokenRule[] {
  const { value: factor, source } = limits.STORAGE_CEILING_FACTOR;
  // In tenths, so that 1.1 is exact.
  const least = Math.ceil((storageGb * Math.round(factor * 10)) / 10);
  if (storageCeilingGb === undefined || storageCeilingGb >= least) return [];
  return [
    {
      path: `${DATABASE}.storageCeilingGb`,
      involves: [DATABASE],
      value: `${storageCeilingGb}`,
      rule: `with storageGb ${storageGb} it takes ${least} or more`,
      source,
      remedy: `Set it to ${least} or more, or leave it out: the storage does not grow then.`,
      code: "STORAGE_CEILING_TOO_LOW",
    },
  ];
}

function secretRules({ administratorSecretArn: arn }: ExistingDatabase, region: string): BrokenRule[] {
  const secretRegion = arn?.split(":")[3];
  if (arn === undefined || secretRegion === region) return [];
  return [
    {
      path: `${DATABASE}.administratorSecretArn`,
      involves: [DATABASE, "region"],
      value: JSON.stringify(arn),
      rule: `it is of ${secretRegion}, and the function that reads it asks in ${region}`,
      source: "Secrets Manager User Guide, replicating secrets across regions",
      remedy: `Replicate the secret to ${region} and give that ARN, or set region to "${secretRegion}".`,
      code: "SECRET_REGION",
    },
  ];
}

function proxyRule(): BrokenRule {
  return {
    path: "postgresSink.proxy",
    involves: ["postgresSink.proxy"],
    value: "true",
    rule: `IAM from the function to the database (default_auth_scheme "IAM_AUTH") needs version 6 of the AWS provider, and the stacks use only what 5.100.0 knows (they take ${PROVIDER_VERSIONS.aws})`,
    source: "AWS provider 6, aws_db_proxy, default_auth_scheme; stacks/provider-versions.ts",
    remedy: "Leave it out: the connection budget holds without a proxy.",
    code: "PROXY_NEEDS_PROVIDER_6",
  };
}
