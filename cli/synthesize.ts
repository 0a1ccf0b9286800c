/** Synthesizes an environment the way `npm run synth` does, for commands that run what would be deployed. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { LocalRunError } from "../local/errors";

/** The folder that holds package.json; the bundles lie in its dist/. */
export const projectRoot = join(__dirname, "..");

/**
 * @param environment a name in environments.ts
 * @returns the folder of the environment's WebhookStack, with its cdk.tf.json
 * @throws LocalRunError with what the synthesis printed
 */
export function synthesize(environment: string): string {
  const run = spawnSync(process.execPath, [join(projectRoot, "dist", "main.cjs")], {
    cwd: projectRoot,
    env: { ...process.env, WEBHOOK_ENVIRONMENT: environment },
    encoding: "utf8",
  });
  if (run.status !== 0) throw new LocalRunError("SYNTH_FAILED", `${run.stderr}${run.stdout}`.trim());
  return join(projectRoot, "cdktf.out", "stacks", `webhook-${environment}`);
}
