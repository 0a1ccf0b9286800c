import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ResourceNames } from "../names";
import type { PostgresSinkSettings } from "../postgres-settings";
import type { Database } from "./database";
import { logGroup } from "./log-group";
import type { Network } from "./network";

export interface NewDatabaseProps {
  readonly names: ResourceNames;
  readonly settings: Extract<PostgresSinkSettings["database"], { kind: "new" }>;
  readonly network: Network;
  readonly port: number;
  readonly logRetentionDays: number;
}

/** The one user that RDS makes; its password is RDS's own, in Secrets Manager and never in a state. */
const ADMINISTRATOR = "webhook_administrator";
/** RDS User Guide, publishing PostgreSQL logs to CloudWatch Logs. */
const LOGS = ["postgresql", "upgrade"] as const;
/** Valid until 2061 (RDS User Guide, certificate authorities). */
const CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1";

/** RDS for PostgreSQL: private, encrypted, TLS only, with the `max_connections` that the budget is computed from. */
export class NewDatabase extends Construct implements Database {
  readonly host: string;
  readonly port: string;
  readonly name: string;
  readonly resourceId: string;
  readonly administratorSecretArn: string;
  readonly ways: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: NewDatabaseProps) {
    super(scope, id);
    const { names, settings, network } = props;
    const identifier = names.of("database");
    // RDS would make them by itself, and keep everything for ever.
    const logGroups = LOGS.map((log) =>
      logGroup(this, `log-${log}`, `/aws/rds/instance/${identifier}/${log}`, props.logRetentionDays),
    );
    const subnets = new DbSubnetGroup(this, "subnets", {
      name: identifier,
      description: "Private subnets.",
      subnetIds: [...network.subnetIds],
    });
    const instance = new DbInstance(this, "instance", {
      identifier,
      engine: "postgres",
      engineVersion: settings.engineVersion,
      // A minor version that is asked for stays: an upgraded instance could not go back to it.
      autoMinorVersionUpgrade: !settings.engineVersion.includes("."),
      instanceClass: settings.instanceClass,
      parameterGroupName: this.parameters(props).name,
      dbName: settings.name,
      port: props.port,
      ...this.storage(props),
      ...this.access(),
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [network.databaseSecurityGroupId],
      publiclyAccessible: false,
      multiAz: settings.multiAz,
      enabledCloudwatchLogsExports: [...LOGS],
      // Every class that RDS has for PostgreSQL takes it (RDS User Guide, Performance Insights, instance class support).
      performanceInsightsEnabled: settings.performanceInsights,
      // A restart in the middle of the day is nobody's wish: a larger class waits for the maintenance window.
      applyImmediately: false,
      dependsOn: logGroups,
    });
    this.host = instance.address;
    // Not the literal: wherever it runs, it says at which port.
    this.port = instance.getStringAttribute("port");
    this.name = instance.getStringAttribute("db_name");
    this.resourceId = instance.resourceId;
    this.administratorSecretArn = instance.masterUserSecret.get(0).secretArn;
    this.ways = network.ways;
  }

  private parameters({ names, settings }: NewDatabaseProps): DbParameterGroup {
    const [major = ""] = settings.engineVersion.split(".");
    return new DbParameterGroup(this, "parameters", {
      name: names.of(`postgres${major}`),
      family: `postgres${major}`,
      description: "Pins max_connections, and refuses what is not TLS.",
      parameter: [
        // Static; what waits for a reboot is allowed for a dynamic one too (RDS API, Parameter, ApplyMethod), and is
        // how RDS reports one whose value is the default.
        { name: "max_connections", value: String(settings.maxConnections), applyMethod: "pending-reboot" },
        { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
        // A refused row, and the statement with all rows beside it, would stand in the exported log, bodies and headers.
        { name: "log_error_verbosity", value: "terse", applyMethod: "immediate" },
        { name: "log_min_error_statement", value: "panic", applyMethod: "immediate" },
      ],
      // Another major version has another group, and the old one is in use until the instance has the new one.
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private storage({ names, settings }: NewDatabaseProps) {
    return {
      storageType: "gp3",
      allocatedStorage: settings.storageGb,
      ...(settings.storageCeilingGb === undefined ? {} : { maxAllocatedStorage: settings.storageCeilingGb }),
      // Under the account's key aws/rds.
      storageEncrypted: true,
      backupRetentionPeriod: settings.backupDays,
      copyTagsToSnapshot: true,
      deletionProtection: settings.deletionProtection,
      skipFinalSnapshot: !settings.finalSnapshot,
      ...(settings.finalSnapshot ? { finalSnapshotIdentifier: names.of("database-final") } : {}),
    };
  }

  private access() {
    return {
      username: ADMINISTRATOR,
      manageMasterUserPassword: true,
      iamDatabaseAuthenticationEnabled: true,
      caCertIdentifier: CERTIFICATE_AUTHORITY,
    };
  }
}
