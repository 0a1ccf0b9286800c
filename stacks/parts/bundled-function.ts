import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { functionLogGroupName, type ResourceNames } from "../names";
import { policy, type Statement, trust } from "../policy";
import type { Settings } from "../settings";
import { FunctionBundle } from "./function-bundle";
import { logGroup } from "./log-group";
import { networkRights, type VpcAccess } from "./vpc-access";

export interface BundledFunctionProps {
  readonly names: ResourceNames;
  readonly settings: Settings;
  /** Ends the function's name; also the name of its zip and of its inline policy. */
  readonly name: string;
  readonly description: string;
  /** Folder of its bundle. */
  readonly bundleDirectory: string;
  /** Whether it reads files that lie beside its code. @default false */
  readonly readsFiles?: boolean;
  readonly size: {
    readonly memoryMb: number;
    readonly timeoutSeconds: number;
    /** @default none */
    readonly reservedConcurrency?: number | undefined;
  };
  /** Environment variables beside Powertools' own. */
  readonly variables: Readonly<Record<string, string>>;
  /** What it may do beside writing its log, and what a VPC needs. */
  readonly rights: readonly Statement[];
  /** The network it runs in. @default none: it reaches AWS's services and the internet */
  readonly vpc?: VpcAccess | undefined;
  /** What has to be there before its code is: new code never meets the tables of the old. Only of one in a VPC. */
  readonly after?: readonly ITerraformDependable[] | undefined;
}

export interface BundledFunction {
  readonly function: LambdaFunction;
  readonly logGroup: CloudwatchLogGroup;
  /** What works as the role depends on it: the role exists before it may do anything. */
  readonly rights: IamRolePolicy;
}

/** A function of this project with its role and its log group, inside the given construct. */
export function bundledFunction(scope: Construct, props: BundledFunctionProps): BundledFunction {
  const { name, settings, size, vpc } = props;
  const functionName = props.names.of(name);
  const log = logGroup(scope, "log-group", functionLogGroupName(functionName), settings.logs.retentionDays);
  const bundle = new FunctionBundle(scope, "bundle", {
    directory: props.bundleDirectory,
    name,
    hasFiles: props.readsFiles ?? false,
  });
  const role = new IamRole(scope, "role", { name: functionName, assumeRolePolicy: trust("lambda.amazonaws.com") });
  const rights = new IamRolePolicy(scope, "role-policy", {
    name,
    role: role.name,
    policy: policy(...props.rights, ...(vpc === undefined ? [] : networkRights(vpc, functionName)), {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${log.arn}:*`,
    }),
  });
  const lambda = new LambdaFunction(scope, "function", {
    functionName,
    description: props.description,
    role: role.arn,
    filename: bundle.filename,
    sourceCodeHash: bundle.sourceCodeHash,
    handler: FunctionBundle.HANDLER,
    runtime: settings.consumer.runtime,
    architectures: [settings.consumer.architecture],
    memorySize: size.memoryMb,
    timeout: size.timeoutSeconds,
    ...(size.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: size.reservedConcurrency }),
    environment: {
      variables: { ...props.variables, POWERTOOLS_SERVICE_NAME: functionName, POWERTOOLS_LOG_LEVEL: "INFO" },
    },
    // JSON, so that Lambda's own lines can be searched like ours. Powertools writes JSON in either case.
    loggingConfig: { logFormat: "JSON", logGroup: log.name },
    ...(vpc === undefined ? {} : inVpc(vpc, [rights, ...(props.after ?? [])])),
  });
  return { function: lambda, logGroup: log, rights };
}

function inVpc({ subnetIds, securityGroupIds }: VpcAccess, dependsOn: ITerraformDependable[]) {
  return {
    vpcConfig: { subnetIds: [...subnetIds], securityGroupIds: [...securityGroupIds] },
    // Else a destroy waits for the network interfaces, up to 45 minutes (AWS provider, aws_lambda_function).
    replaceSecurityGroupsOnDestroy: true,
    // Lambda refuses a function whose role cannot make its network interfaces; as it deletes them with that role,
    // the role must outlive the function too.
    dependsOn,
  };
}
