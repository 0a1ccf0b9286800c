/** Composition root: chooses the environment, makes its stacks, synthesizes. */
import { join } from "node:path";
import { App } from "cdktf";
import { environments } from "./environments";
import { chooseEnvironment } from "./stacks/environment";
import { UsageError } from "./stacks/errors";
import { WebhookStack } from "./stacks/webhook-stack";

function main(): void {
  const { environment, settings } = chooseEnvironment(environments, process.env.WEBHOOK_ENVIRONMENT ?? "dev");
  const app = new App();
  // __dirname is dist/, where this file runs from and the functions' bundles lie.
  const functionsDirectory = join(__dirname, "functions");
  new WebhookStack(app, `webhook-${environment}`, { environment, settings, functionsDirectory });
  app.synth();
}

try {
  main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
