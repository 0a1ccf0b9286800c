/** Stacks with a `cloud` block. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { type EnvironmentSettings, readSettings } from "../../stacks/settings";
import { WebhookStack } from "../../stacks/webhook-stack";
import type { Cloud } from "./cloud-server";

const repository = join(__dirname, "..", "..");

type Named = { readonly name: string } | { readonly tags: readonly string[] };

/** As cdktf writes a CloudBackend into cdk.tf.json. */
export function cloudBlock({ hostname, organization }: Cloud, workspaces: Named) {
  return { cloud: { hostname, organization, workspaces } };
}

/** Needs no provider: Terraform has terraform_data built in. */
export function plainStack(cloud: Cloud, workspaces: Named, event: string): string {
  return stackOf(cloudBlock(cloud, workspaces), event);
}

/** The same stack with its state beside it. */
export function plainStackWithLocalState(event: string): string {
  return stackOf({ backend: { local: { path: "local.tfstate" } } }, event);
}

function stackOf(terraform: object, event: string): string {
  return JSON.stringify({
    terraform,
    resource: { terraform_data: { event: { input: event } } },
    output: {
      event: { value: "${terraform_data.event.output}" },
      secret: { value: "${sensitive(terraform_data.event.output)}", sensitive: true },
    },
  });
}

/** @returns the folder of the stack, made in `parent` */
export function writePlainStack(parent: string, cloud: Cloud, workspaces: Named, event = "first"): string {
  const folder = join(parent, "name" in workspaces ? workspaces.name : workspaces.tags.join("-"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "cdk.tf.json"), plainStack(cloud, workspaces, event));
  return folder;
}

/**
 * The webhook with its state in the cloud, synthesized from an environment's settings.
 * @returns the folder of the stack, below `output`
 */
export function synthesizeForCloud(environment: string, given: EnvironmentSettings, cloud: Cloud, output: string) {
  const { hostname, organization } = cloud;
  const settings = readSettings(environment, { ...given, state: { kind: "cloud", hostname, organization } });
  const app = new App({ outdir: output });
  const name = `webhook-${environment}`;
  new WebhookStack(app, name, { environment, settings, functionsDirectory: join(repository, "dist", "functions") });
  app.synth();
  return join(output, "stacks", name);
}
