import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { Construct } from "constructs";
import { DATABASE_USERS, MIGRATE_ENVIRONMENT, MIGRATE_START_ENVIRONMENT } from "../../functions/environment";
import { migrationsHash } from "../migrations-hash";
import type { ResourceNames } from "../names";
import type { Settings } from "../settings";
import { userTimeouts } from "../user-timeouts";
import { type BundledFunction, bundledFunction } from "./bundled-function";
import { addressVariables, type Database, loginRight } from "./database";
import type { VpcAccess } from "./vpc-access";

export interface MigrationsProps {
  readonly names: ResourceNames;
  readonly settings: Settings;
  /** Folder of the bundle of what migrates, with the numbered SQL. */
  readonly migrateDirectory: string;
  /** Folder of the bundle of what starts it. */
  readonly startDirectory: string;
  readonly database: Database;
  readonly administratorSecretArn: string;
  readonly vpc: VpcAccess;
  /** Connections that the consumer's role may hold; -1: as many as there are. */
  readonly consumerConnectionLimit: number;
  /** Connections that the server has to take. */
  readonly maxConnections: number;
  /** Seconds that an invocation of the consumer may take. */
  readonly consumerTimeoutSeconds: number;
}

/** Of migrating: another that is at work is waited for. */
const MIGRATE_SECONDS = 300;
/** Of starting it, longer: it waits for the answer. */
const START_SECONDS = 330;
const MEMORY_MB = 256;
/**
 * Brings the database to what this version needs, once for every change and before the first event is stored. Only
 * what has no way to the database reads the administrator's password; only what has one gets it, in a payload; and
 * Terraform, whose state keeps what it sends and gets, sees a hash and the names of files.
 */
export class Migrations extends Construct {
  /** What needs the tables depends on it. */
  readonly invocation: LambdaInvocation;
  readonly start: BundledFunction;

  constructor(scope: Construct, id: string, props: MigrationsProps) {
    super(scope, id);
    const migrate = this.migrate(props);
    this.start = this.starter(props, migrate);
    this.invocation = new LambdaInvocation(this, "invocation", {
      functionName: this.start.function.functionName,
      input: JSON.stringify({ migrations: migrationsHash(props.migrateDirectory, limitVariables(props)) }),
      // Another server is empty.
      triggers: { database: props.database.resourceId },
      dependsOn: [this.start.rights, migrate.function, migrate.rights, ...props.database.ways],
    });
  }

  private migrate(props: MigrationsProps): BundledFunction {
    const { names, settings, database, vpc } = props;
    return bundledFunction(new Construct(this, "migrate"), {
      names,
      settings,
      name: "migrate",
      description: "Makes the database's users and tables.",
      bundleDirectory: props.migrateDirectory,
      readsFiles: true,
      size: { memoryMb: MEMORY_MB, timeoutSeconds: MIGRATE_SECONDS },
      variables: { ...addressVariables(database), ...limitVariables(props) },
      rights: [loginRight(vpc.account, database, DATABASE_USERS.migrator)],
      vpc,
    });
  }

  private starter(props: MigrationsProps, migrate: BundledFunction): BundledFunction {
    const { names, settings, administratorSecretArn } = props;
    const variables = MIGRATE_START_ENVIRONMENT;
    return bundledFunction(new Construct(this, "start"), {
      names,
      settings,
      name: "migrate-start",
      description: "Hands the administrator's password to the function that migrates.",
      bundleDirectory: props.startDirectory,
      size: { memoryMb: MEMORY_MB, timeoutSeconds: START_SECONDS },
      variables: {
        [variables.administratorSecretArn]: administratorSecretArn,
        [variables.migrateFunctionName]: migrate.function.functionName,
      },
      rights: [
        { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: administratorSecretArn },
        { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: migrate.function.arn },
      ],
    });
  }
}

/** What the users of the database may take of it. */
function limitVariables(props: MigrationsProps): Record<string, string> {
  const names = MIGRATE_ENVIRONMENT;
  const timeouts = userTimeouts(props.consumerTimeoutSeconds);
  return {
    [names.consumerConnectionLimit]: String(props.consumerConnectionLimit),
    [names.maxConnections]: String(props.maxConnections),
    [names.consumerStatementTimeoutSeconds]: String(timeouts.consumerStatementTimeoutSeconds),
    [names.idleSessionTimeoutSeconds]: String(timeouts.idleSessionTimeoutSeconds),
  };
}
