/** Composition root: chooses the environment, makes its stacks, synthesizes. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { App } from "cdktf";
import { environments } from "./environments";
import { chooseEnvironment, chooseStack, postgresSinkOf, stateBucket } from "./stacks/environment";
import { throttleNotOptional, UsageError } from "./stacks/errors";
import type { StackProps } from "./stacks/intake-stack";
import { PostgresSinkStack } from "./stacks/postgres-sink-stack";
import { lockProviders } from "./stacks/provider-lock";
import type { EnvironmentSettings } from "./stacks/settings";
import { StateBucketStack } from "./stacks/state-bucket-stack";
import { WebhookStack } from "./stacks/webhook-stack";

/** What a run on this machine has other than what would be deployed, which it never touches. */
interface LocalOptions {
  /** Another ingress than the environment's own. */
  readonly ingress: string | undefined;
  /** Neither maximum concurrency nor a limit on connections. */
  readonly withoutThrottle: boolean;
}

function main(): void {
  const { ingress, "without-throttle": withoutThrottle, local } = options();
  const stack = chooseStack(process.env.WEBHOOK_STACK ?? "webhook");
  const { environment, settings } = chooseEnvironment(
    ingress === undefined ? environments : withIngress(environments, ingress),
    process.env.WEBHOOK_ENVIRONMENT ?? "dev",
  );
  if (withoutThrottle && stack !== "postgres-sink") throw throttleNotOptional(stack);
  const isLocal = local || withoutThrottle || ingress !== undefined;
  const app = new App(isLocal ? { outdir: localOutdir(stack, { ingress, withoutThrottle }) } : {});
  // __dirname is dist/, where this file runs from and the functions' bundles lie.
  const props: StackProps = { environment, settings, functionsDirectory: join(__dirname, "functions") };
  const { node } = addStack(app, stack, props, withoutThrottle);
  app.synth();
  lockProviders(join(__dirname, ".."), join(app.outdir, "stacks", node.id));
}

function options() {
  const { values } = parseArgs({
    options: {
      ingress: { type: "string" },
      "without-throttle": { type: "boolean", default: false },
      local: { type: "boolean", default: false },
    },
  });
  return values;
}

function addStack(app: App, stack: ReturnType<typeof chooseStack>, props: StackProps, withoutThrottle: boolean) {
  const { environment, settings } = props;
  switch (stack) {
    case "state":
      return new StateBucketStack(app, "webhook-state", stateBucket(environment, settings));
    case "postgres-sink": {
      if (withoutThrottle) process.stderr.write(DEMONSTRATION);
      const sink = postgresSinkOf(environment, settings);
      return new PostgresSinkStack(app, `postgres-sink-${environment}`, { ...props, sink, withoutThrottle });
    }
    case "webhook":
      return new WebhookStack(app, `webhook-${environment}`, props);
  }
}

const DEMONSTRATION =
  "A demonstration without the throttle: no maximum concurrency, no limit on connections. Not to be deployed.\n";

/** A folder of its own: cdktf deletes the stacks in its folder that it does not make. */
function localOutdir(stack: string, { ingress, withoutThrottle }: LocalOptions): string {
  const words = [
    "local",
    ...(stack === "webhook" ? [] : [stack]),
    ...(ingress === undefined ? [] : [ingress]),
    ...(withoutThrottle ? ["without-throttle"] : []),
  ];
  const outdir = join("cdktf.out", words.join("-"));
  // cdktf makes one level only.
  mkdirSync(outdir, { recursive: true });
  return outdir;
}

/** The environments with another ingress, without what can only be set for their own. */
function withIngress(all: Readonly<Record<string, EnvironmentSettings>>, ingress: string) {
  return Object.fromEntries(
    Object.entries(all).map(([name, { publisher, senders, ...settings }]) => [
      name,
      { ...settings, ingress, ...(ingress === "lambda" ? { publisher } : { senders }) },
    ]),
  );
}

try {
  main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
