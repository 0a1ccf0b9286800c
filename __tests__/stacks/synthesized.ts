import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { postgresSinkOf } from "../../stacks/environment";
import { PostgresSinkStack } from "../../stacks/postgres-sink-stack";
import { type EnvironmentSettings, readSettings } from "../../stacks/settings";
import { StateBucketStack } from "../../stacks/state-bucket-stack";
import { WebhookStack } from "../../stacks/webhook-stack";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Properties = Record<string, Json>;

/** cdk.tf.json as far as tests look at it. */
export interface StackJson {
  readonly resource: Record<string, Record<string, Properties>>;
  readonly data: Record<string, Record<string, Properties>>;
  readonly output: Record<string, Properties>;
  readonly provider: Record<string, readonly Properties[]>;
  readonly terraform: Properties;
}

export const FUNCTIONS_DIRECTORY = join(__dirname, "../../dist/functions");

/** What would be deployed for these settings: synthesized with every validation, read back from disk. */
export function synthesized(settings: EnvironmentSettings = {}, environment = "test"): StackJson {
  return readBack((app) => {
    new WebhookStack(app, `webhook-${environment}`, {
      environment,
      settings: readSettings(environment, settings),
      functionsDirectory: FUNCTIONS_DIRECTORY,
    });
  });
}

/** The stack whose sink is PostgreSQL, with every default where nothing is given. */
export function synthesizedPostgresSink(
  given: EnvironmentSettings = {},
  { environment = "test", withoutThrottle = false } = {},
): StackJson {
  return readBack((app) => {
    const settings = readSettings(environment, { postgresSink: {}, ...given });
    const sink = postgresSinkOf(environment, settings);
    const props = { environment, settings, sink, withoutThrottle, functionsDirectory: FUNCTIONS_DIRECTORY };
    new PostgresSinkStack(app, `postgres-sink-${environment}`, props);
  });
}

/** The stack with the bucket that state is kept in. */
export function synthesizedStateBucket(bucket = "acme-state", region = "us-east-1"): StackJson {
  return readBack((app) => {
    new StateBucketStack(app, "webhook-state", { bucket, region });
  });
}

function readBack(addStack: (app: App) => void): StackJson {
  const outdir = mkdtempSync(join(tmpdir(), "webhook-synth-"));
  try {
    const app = new App({ outdir });
    addStack(app);
    app.synth();
    const [stack = ""] = readdirSync(join(outdir, "stacks"));
    const json = JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8"));
    // A stack without a data source has no such section.
    return { ...json, data: json.data ?? {} };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

export interface Resource {
  /** Such as "aws_sqs_queue.events_queue". */
  readonly address: string;
  readonly properties: Properties;
}

export function resources(stack: StackJson, type: string): Resource[] {
  return Object.entries(stack.resource[type] ?? {}).map(([name, properties]) => ({
    address: `${type}.${name}`,
    properties,
  }));
}

/** The properties of the resource at an address. */
export function resource(stack: StackJson, address: string): Properties {
  const [type = "", name = ""] = address.split(".");
  const found = stack.resource[type]?.[name];
  if (found === undefined) throw new Error(`The stack has no ${address}.`);
  return found;
}

/** What Terraform is told of the resource at an address: its properties without cdktf's comment. */
export function told(stack: StackJson, address: string): Properties {
  const { "//": _, ...properties } = resource(stack, address);
  return properties;
}

/** Values of the outputs by their names. */
export function outputs({ output }: StackJson): Record<string, Json | undefined> {
  return Object.fromEntries(Object.entries(output).map(([name, { value }]) => [name, value]));
}

/** How many resources a stack has of each type. */
export function counts(stack: StackJson): Record<string, number> {
  return Object.fromEntries(Object.entries(stack.resource).map(([type, named]) => [type, Object.keys(named).length]));
}

/** Of a property that holds JSON, such as a policy. */
export function parsed(json: Json | undefined) {
  return JSON.parse(String(json));
}
