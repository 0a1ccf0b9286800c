/** The stacks as a user deploys them: synthesized by the built app, into a folder of the test's own. */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { postgresSinkOf } from "../../stacks/environment";
import { PostgresSinkStack } from "../../stacks/postgres-sink-stack";
import { type EnvironmentSettings, readSettings } from "../../stacks/settings";
import { StateBucketStack } from "../../stacks/state-bucket-stack";
import { WebhookStack } from "../../stacks/webhook-stack";

const repository = join(__dirname, "..", "..");
/** The bundles of the functions, as jest's global set-up builds them. */
export const FUNCTIONS_DIRECTORY = join(repository, "dist", "functions");

/**
 * The folders of the environment's stacks below `output`. Reads dist/main.cjs, which jest's global set-up builds.
 * @param stack as in WEBHOOK_STACK
 */
export function synthesize(environment: string, output: string, stack = "webhook"): readonly string[] {
  execFileSync(process.execPath, [join(repository, "dist", "main.cjs")], {
    cwd: repository,
    env: { ...process.env, WEBHOOK_ENVIRONMENT: environment, WEBHOOK_STACK: stack, CDKTF_OUTDIR: output },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const stacks = join(output, "stacks");
  return readdirSync(stacks)
    .sort()
    .map((stack) => join(stacks, stack));
}

/** Addresses (`type.name`) of every managed resource that a stack's JSON declares. */
export function declaredResources(stackFolder: string): readonly string[] {
  const json = JSON.parse(readFileSync(join(stackFolder, "cdk.tf.json"), "utf8")) as {
    resource?: Record<string, Record<string, unknown>>;
  };
  return Object.entries(json.resource ?? {})
    .flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`))
    .sort();
}

/** The folders of the stack of settings that stand in no environments.ts. */
export function synthesizeSettings(
  name: string,
  settings: EnvironmentSettings,
  output: string,
  functionsDirectory = FUNCTIONS_DIRECTORY,
): readonly string[] {
  const app = new App({ outdir: output });
  const id = `webhook-${name}`;
  new WebhookStack(app, id, { environment: name, settings: readSettings(name, settings), functionsDirectory });
  app.synth();
  return [join(output, "stacks", id)];
}

/** The same, of the stack whose sink is PostgreSQL. */
export function synthesizeSink(
  name: string,
  given: EnvironmentSettings,
  output: string,
  options: { readonly functionsDirectory?: string; readonly withoutThrottle?: boolean } = {},
): readonly string[] {
  const app = new App({ outdir: output });
  const id = `postgres-sink-${name}`;
  const settings = readSettings(name, given);
  new PostgresSinkStack(app, id, {
    environment: name,
    settings,
    sink: postgresSinkOf(name, settings),
    functionsDirectory: FUNCTIONS_DIRECTORY,
    ...options,
  });
  app.synth();
  return [join(output, "stacks", id)];
}

/** The folder of the stack that makes the bucket for other stacks' state. */
export function synthesizeStateBucket(bucket: string, output: string): readonly string[] {
  const app = new App({ outdir: output });
  new StateBucketStack(app, "webhook-state", { bucket, region: "us-east-1" });
  app.synth();
  return [join(output, "stacks", "webhook-state")];
}
