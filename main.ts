/** Composition root: chooses the environment, makes its stacks, synthesizes. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { App } from "cdktf";
import { environments } from "./environments";
import { chooseEnvironment, chooseStack, stateBucket } from "./stacks/environment";
import { UsageError } from "./stacks/errors";
import { lockProviders } from "./stacks/provider-lock";
import type { EnvironmentSettings } from "./stacks/settings";
import { StateBucketStack } from "./stacks/state-bucket-stack";
import { WebhookStack } from "./stacks/webhook-stack";

function main(): void {
  const name = process.env.WEBHOOK_ENVIRONMENT ?? "dev";
  const { ingress } = parseArgs({ options: { ingress: { type: "string" } } }).values;
  const { environment, settings } = chooseEnvironment(
    ingress === undefined ? environments : withIngress(environments, ingress),
    name,
  );
  const app = ingress === undefined ? new App() : new App({ outdir: localOutdir(ingress) });
  // __dirname is dist/, where this file runs from and the functions' bundles lie.
  const functionsDirectory = join(__dirname, "functions");
  const stack =
    chooseStack(process.env.WEBHOOK_STACK ?? "webhook") === "state"
      ? new StateBucketStack(app, "webhook-state", stateBucket(environment, settings))
      : new WebhookStack(app, `webhook-${environment}`, { environment, settings, functionsDirectory });
  app.synth();
  lockProviders(join(__dirname, ".."), join(app.outdir, "stacks", stack.node.id));
}

/** For runs on this machine only: what would be deployed is not touched. */
function localOutdir(ingress: string): string {
  const outdir = join("cdktf.out", `local-${ingress}`);
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
