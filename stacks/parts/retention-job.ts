import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { DATABASE_USERS, RETENTION_ENVIRONMENT } from "../../functions/environment";
import { RETENTION_RESERVED_CONCURRENCY } from "../database-limits";
import type { ResourceNames } from "../names";
import type { PostgresSinkSettings } from "../postgres-settings";
import type { Settings } from "../settings";
import { bundledFunction } from "./bundled-function";
import { type Database, loginRight, loginVariables } from "./database";
import type { VpcAccess } from "./vpc-access";

export interface RetentionJobProps {
  readonly names: ResourceNames;
  readonly settings: Settings;
  readonly retention: PostgresSinkSettings["retention"];
  readonly bundleDirectory: string;
  readonly database: Database;
  readonly vpc: VpcAccess;
  /** What the database needs before rows can be deleted. */
  readonly after: readonly ITerraformDependable[];
}

const TIMEOUT_SECONDS = 300;
const MEMORY_MB = 256;
/** A run that could not delete everything in its time goes on in the next. */
const SCHEDULE = "rate(1 hour)";

/** Deletes what has been kept for as long as the settings say. */
export class RetentionJob extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: RetentionJobProps) {
    super(scope, id);
    const { names, database, vpc } = props;
    const made = bundledFunction(this, {
      names,
      settings: props.settings,
      name: "retention",
      description: "Deletes expired events from the database.",
      bundleDirectory: props.bundleDirectory,
      size: {
        memoryMb: MEMORY_MB,
        timeoutSeconds: TIMEOUT_SECONDS,
        // As many connections of it are in the budget.
        reservedConcurrency: RETENTION_RESERVED_CONCURRENCY.value,
      },
      variables: { ...loginVariables(database, DATABASE_USERS.retention), ...expiryVariables(props.retention) },
      rights: [loginRight(vpc.account, database, DATABASE_USERS.retention)],
      vpc,
      after: props.after,
    });
    this.function = made.function;

    const rule = new CloudwatchEventRule(this, "schedule", {
      name: names.of("retention"),
      description: "Starts the deletion of expired events.",
      scheduleExpression: SCHEDULE,
      dependsOn: [...props.after],
    });
    const permission = new LambdaPermission(this, "permission", {
      statementId: "schedule",
      action: "lambda:InvokeFunction",
      functionName: this.function.functionName,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    });
    new CloudwatchEventTarget(this, "target", { rule: rule.name, arn: this.function.arn, dependsOn: [permission] });
  }
}

function expiryVariables({ eventExpiryDays, rejectedExpiryDays }: RetentionJobProps["retention"]) {
  const names = RETENTION_ENVIRONMENT;
  return {
    ...(eventExpiryDays === undefined ? {} : { [names.eventExpiryDays]: String(eventExpiryDays) }),
    [names.rejectedExpiryDays]: String(rejectedExpiryDays),
  };
}
