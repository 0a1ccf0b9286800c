/** The environment variables that Terraform runs with. */

import { mkdirSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import type { PluginMirror } from "./plugin-mirror";

export interface Surroundings {
  /** Where Terraform's own settings file may be written. */
  readonly settingsFolder: string;
  /** Every AWS service, on the loopback. */
  readonly awsUrl: string;
  /** Undefined: providers come from the registry. */
  readonly mirror: PluginMirror | undefined;
  /** Providers that run already, as TF_REATTACH_PROVIDERS wants them. */
  readonly reattach: string | undefined;
}

/** Nothing of the caller's AWS or Terraform set-up reaches the run: it cannot touch a real account. */
export function terraformEnvironment({ settingsFolder, awsUrl, mirror, reattach }: Surroundings): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|TF_)/.test(name));
  const ownSettings = join(settingsFolder, "terraform.rc");
  writeFileSync(ownSettings, "");
  return {
    ...Object.fromEntries(inherited),
    AWS_ENDPOINT_URL: awsUrl,
    AWS_ACCESS_KEY_ID: "emulated",
    AWS_SECRET_ACCESS_KEY: "emulated",
    AWS_REGION: "us-east-1",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    ...(mirror === undefined
      ? registryEnvironment()
      : { TF_CLI_CONFIG_FILE: ownSettings, TF_CLI_ARGS_init: `-plugin-dir=${mirror.directory}` }),
    ...(reattach === undefined ? {} : { TF_REATTACH_PROVIDERS: reattach }),
  };
}

/** How a user reaches the registry (a proxy's mirror, a cache) is the user's. Without a cache one is kept for later runs. */
function registryEnvironment(): NodeJS.ProcessEnv {
  const { TF_CLI_CONFIG_FILE, TF_PLUGIN_CACHE_DIR, JEST_WORKER_ID = "1" } = process.env;
  // One a worker, since Terraform does not promise that two at once may write to the same cache.
  const cache = TF_PLUGIN_CACHE_DIR || join(tmpdir(), `webhook-terraform-providers-${JEST_WORKER_ID}`);
  mkdirSync(cache, { recursive: true });
  return {
    ...(TF_CLI_CONFIG_FILE ? { TF_CLI_CONFIG_FILE } : {}),
    TF_PLUGIN_CACHE_DIR: cache,
    // A copy has no lock file, without which Terraform would pass by the cache.
    TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "true",
  };
}
