/** Synthesizes an environment the way `npm run synth` does, for commands that run what would be deployed. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { LocalRunError } from "../local/errors";

/** The folder that holds package.json; the bundles lie in its dist/. */
export const projectRoot = join(__dirname, "..");

/** The ways that requests can come onto the queue, as the setting `ingress` has them. */
export const INGRESSES = ["direct", "lambda"] as const;
export type Ingress = (typeof INGRESSES)[number];

/**
 * @param environment a name in environments.ts
 * @param ingress instead of the environment's own; what would be deployed is then left as it is
 * @returns the folder of the environment's WebhookStack, with its cdk.tf.json
 * @throws LocalRunError with what the synthesis printed
 */
export function synthesize(environment: string, ingress?: Ingress): string {
  const override = ingress === undefined ? [] : ["--ingress", ingress];
  const run = spawnSync(process.execPath, [join(projectRoot, "dist", "main.cjs"), ...override], {
    cwd: projectRoot,
    env: { ...process.env, WEBHOOK_ENVIRONMENT: environment, WEBHOOK_STACK: "webhook" },
    encoding: "utf8",
  });
  if (run.status !== 0) throw new LocalRunError("SYNTH_FAILED", `${run.stderr}${run.stdout}`.trim());
  const folder = ingress === undefined ? "cdktf.out" : join("cdktf.out", `local-${ingress}`);
  return join(projectRoot, folder, "stacks", `webhook-${environment}`);
}
