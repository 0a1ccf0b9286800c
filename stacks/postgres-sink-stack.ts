import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Account } from "./arn";
import { inflightExpiryDays, sinkBudget } from "./capacity";
import { IntakeStack, type StackProps } from "./intake-stack";
import { BODY_KEYS, ResourceNames } from "./names";
import { Consumer } from "./parts/consumer";
import type { Database } from "./parts/database";
import { Migrations } from "./parts/migrations";
import { type Network, networkOf } from "./parts/network";
import { NewDatabase } from "./parts/new-database";
import { postgresSinkRights, postgresSinkVariables } from "./parts/postgres-sink";
import { RetentionJob } from "./parts/retention-job";
import type { VpcAccess } from "./parts/vpc-access";
import type { PostgresSinkSettings } from "./postgres-settings";

export interface PostgresSinkStackProps extends StackProps {
  readonly sink: PostgresSinkSettings;
  /** Neither maximum concurrency nor a limit on connections: a demonstration that no plan accepts. @default false */
  readonly withoutThrottle?: boolean;
}

/** Where a new database listens. */
const POSTGRES_PORT = 5_432;
/** A role without a limit (PostgreSQL manual, ALTER ROLE, CONNECTION LIMIT). */
const NO_LIMIT = -1;

/** HTTP API → (publisher →) events queue → consumer in a VPC → PostgreSQL on RDS. */
export class PostgresSinkStack extends IntakeStack {
  private readonly names: ResourceNames;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PostgresSinkStackProps,
  ) {
    const { settings, sink, withoutThrottle = false } = props;
    const names = new ResourceNames(props.environment, "postgres-sink");
    super(scope, id, {
      ...props,
      names,
      consumer: sink.consumer,
      domain: sink.domain,
      bodies: {
        isDisposable: sink.database.kind === "new" && !sink.database.deletionProtection,
        // The database keeps every body itself.
        expiryDays: { [BODY_KEYS.inflight]: inflightExpiryDays(settings.queue) },
      },
    });
    this.names = names;
    const account: Account = {
      region: settings.region,
      accountId: new DataAwsCallerIdentity(this, "account", {}).accountId,
    };
    const network = networkOf(this, sink.network, {
      names,
      region: settings.region,
      databasePort: POSTGRES_PORT,
      bodies: this.arrivals.bodies,
    });
    const database = this.database(network);
    const vpc: VpcAccess = {
      subnetIds: network.subnetIds,
      securityGroupIds: [network.clientSecurityGroupId],
      account,
    };
    const budget = sinkBudget(sink);
    const migrations = this.migrations(database, vpc, withoutThrottle ? NO_LIMIT : budget.consumerLimit);
    const after = [...(migrations === undefined ? [] : [migrations.invocation]), ...network.ways];

    const consumer = new Consumer(this, "consumer", {
      names,
      settings,
      consumer: sink.consumer,
      isUnbounded: withoutThrottle,
      bundleDirectory: this.bundleDirectory("consume-postgres"),
      queue: this.queue,
      variables: postgresSinkVariables(settings.ingress, database, this.arrivals),
      rights: postgresSinkRights(account, database, this.arrivals),
      vpc,
      after,
    });
    const retention = new RetentionJob(this, "retention", {
      names,
      settings,
      retention: sink.retention,
      bundleDirectory: this.bundleDirectory("retention"),
      database,
      vpc,
      after,
    });
    this.finish(consumer);
    this.output("database_host", "Where the database is", database.host);
    this.output("database_port", "Its port", database.port);
    this.output("database_name", "Name of the database on that server", database.name);
    this.output("database_resource_id", "What an IAM policy names the server by", database.resourceId);
    this.output("max_connections", "Connections that the server takes", sink.database.maxConnections);
    this.output("connection_budget", "Connections that the consumer may hold", budget.consumerLimit);
    this.output("retention_function_name", "Function that deletes what has expired", retention.function.functionName);
    if (withoutThrottle) this.refuseEveryPlan(consumer);
  }

  private database(network: Network): Database {
    const { settings, sink } = this.props;
    const given = sink.database;
    if (given.kind === "existing") return { ...given, port: String(given.port), ways: network.ways };
    return new NewDatabase(this, "database", {
      names: this.names,
      settings: given,
      network,
      port: POSTGRES_PORT,
      logRetentionDays: settings.logs.retentionDays,
    });
  }

  /** @returns nothing where no secret is known to log in with: somebody runs the SQL by hand */
  private migrations(database: Database, vpc: VpcAccess, consumerConnectionLimit: number): Migrations | undefined {
    const { settings, sink } = this.props;
    const { administratorSecretArn } = database;
    if (administratorSecretArn === undefined) return undefined;
    const migrations = new Migrations(this, "migrations", {
      names: this.names,
      settings,
      migrateDirectory: this.bundleDirectory("migrate"),
      startDirectory: this.bundleDirectory("migrate-start"),
      database,
      administratorSecretArn,
      vpc,
      consumerConnectionLimit,
      maxConnections: sink.database.maxConnections,
      consumerTimeoutSeconds: sink.consumer.timeoutSeconds,
    });
    const { functionName } = migrations.start.function;
    this.output("migrate_start_function_name", "Function that brings the database up to date", functionName);
    return migrations;
  }

  /** The banner of the demonstration, where everybody who has the stack meets it. */
  private refuseEveryPlan(consumer: Consumer): void {
    const words = "A demonstration without the throttle, to be run on one machine only: do not deploy it.";
    const banner = new TerraformOutput(this, "demonstration", {
      description: "Why no plan of this stack succeeds",
      value: words,
    });
    // cdktf takes it as an option and leaves it out. Terraform takes no condition that refers to nothing.
    const throttle = `${consumer.mapping.fqn}.scaling_config`;
    banner.addOverride("precondition", { condition: `\${length(${throttle}) > 0}`, error_message: words });
  }
}
