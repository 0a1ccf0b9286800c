/** What stands in the emulated AWS of a stack with PostgreSQL, read from its services and not from Terraform's state. */

import { type Attributes, readFunctions, readMapping, readRights } from "./deployed";
import { EmulatedCalls, elements } from "./emulated-calls";

export interface DeployedSink {
  readonly mapping: Attributes;
  /** By the ends of their names, such as "migrate-start". */
  readonly functions: Readonly<Record<string, Attributes>>;
  /** The statements of each role's inline policies, by the ends of the roles' names. */
  readonly rights: Readonly<Record<string, readonly unknown[]>>;
  /** Absent: the stack made none. */
  readonly database?: Attributes;
  /** What the database's parameter group sets. */
  readonly parameters?: Attributes;
  /** When the retention job is started, and what is started. */
  readonly schedule: Attributes;
}

/** Of the stack of an environment. */
export async function readDeployedSink(url: string, environment: string): Promise<DeployedSink> {
  const calls = new EmulatedCalls(url);
  const prefix = `${environment}-postgres-sink-`;
  const [mapping, functions, rights, database, schedule] = await Promise.all([
    readMapping(calls, `${prefix}consume`),
    readFunctions(calls, prefix),
    readRights(calls, prefix),
    readDatabase(calls, `${prefix}database`),
    readSchedule(calls, `${prefix}retention`),
  ]);
  const group = database?.DBParameterGroupName;
  const parameters = group === undefined ? {} : { parameters: await readParameters(calls, group) };
  return { mapping, functions, rights, ...(database === undefined ? {} : { database }), ...parameters, schedule };
}

/** The parts that settings and promises are about. */
const OF_DATABASE = [
  "DBInstanceClass",
  "Engine",
  "EngineVersion",
  "AllocatedStorage",
  "StorageType",
  "StorageEncrypted",
  "BackupRetentionPeriod",
  "MultiAZ",
  "PubliclyAccessible",
  "DeletionProtection",
  "IAMDatabaseAuthenticationEnabled",
  "CACertificateIdentifier",
  "AutoMinorVersionUpgrade",
  "MasterUsername",
  "DBName",
  "DBParameterGroupName",
  "VpcSecurityGroupId",
  "SecretArn",
  "Address",
  "Port",
] as const;

type DatabaseParts = Partial<Record<(typeof OF_DATABASE)[number], string>>;

async function readDatabase(calls: EmulatedCalls, identifier: string): Promise<DatabaseParts | undefined> {
  const all = elements(await calls.xml("rds", "DescribeDBInstances"), "DBInstance");
  const found = all.find((one) => elements(one, "DBInstanceIdentifier")[0] === identifier);
  if (found === undefined) return undefined;
  return Object.fromEntries(OF_DATABASE.map((name) => [name, elements(found, name)[0]]));
}

async function readParameters(calls: EmulatedCalls, DBParameterGroupName: string): Promise<Attributes> {
  const xml = await calls.xml("rds", "DescribeDBParameters", { DBParameterGroupName });
  const parameters = elements(xml, "Parameter").map((parameter) =>
    ["ParameterName", "ParameterValue", "ApplyMethod"].map((part) => elements(parameter, part)[0]),
  );
  return Object.fromEntries(parameters.map(([name, ...valueAndMethod]) => [name, valueAndMethod.join(" ")]));
}

async function readSchedule(calls: EmulatedCalls, name: string): Promise<Attributes> {
  const rule = await calls.json<Attributes>("events", "DescribeRule", { Name: name });
  const { Targets } = await calls.json<{ Targets: Attributes[] }>("events", "ListTargetsByRule", { Rule: name });
  const { ScheduleExpression, State } = rule;
  return { ScheduleExpression, State, targets: Targets.map(({ Arn }) => Arn) };
}
