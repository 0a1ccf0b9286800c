/** Synthesizes an environment the way `npm run synth` does, for commands that run what would be deployed. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { LocalRunError } from "../local/errors";

/** The folder that holds package.json; the bundles lie in its dist/. */
export const projectRoot = join(__dirname, "..");

/** The ways that requests can come onto the queue, as the setting `ingress` has them. */
export const INGRESSES = ["direct", "lambda"] as const;
export type Ingress = (typeof INGRESSES)[number];

/** The stacks that run on this machine, in the words of WEBHOOK_STACK. */
export const STACKS = ["webhook", "postgres-sink"] as const;
export type StackName = (typeof STACKS)[number];

export interface SynthesisOptions {
  /** A name in environments.ts. */
  readonly environment: string;
  readonly stack: StackName;
  /** Instead of the environment's own; what would be deployed is then left as it is. */
  readonly ingress?: Ingress | undefined;
  /** Neither maximum concurrency nor a limit on connections: of the stack postgres-sink only. @default false */
  readonly withoutThrottle?: boolean;
}

/**
 * @returns the folder of the environment's stack, with its cdk.tf.json
 * @throws LocalRunError with what the synthesis printed
 */
export function synthesize({ environment, stack, ingress, withoutThrottle = false }: SynthesisOptions): string {
  const options = [
    // The folder that is deployed from may hold the other stack.
    ...(stack === "webhook" ? [] : ["--local"]),
    ...(ingress === undefined ? [] : ["--ingress", ingress]),
    ...(withoutThrottle ? ["--without-throttle"] : []),
  ];
  const run = spawnSync(process.execPath, [join(projectRoot, "dist", "main.cjs"), ...options], {
    cwd: projectRoot,
    env: { ...process.env, WEBHOOK_ENVIRONMENT: environment, WEBHOOK_STACK: stack },
    encoding: "utf8",
  });
  if (run.status !== 0) throw new LocalRunError("SYNTH_FAILED", `${run.stderr}${run.stdout}`.trim());
  return join(projectRoot, outputFolder({ stack, ingress, withoutThrottle }), "stacks", `${stack}-${environment}`);
}

/** Where main.ts puts it. */
function outputFolder({ stack, ingress, withoutThrottle }: Omit<SynthesisOptions, "environment">): string {
  const words = [
    ...(stack === "webhook" ? [] : [stack]),
    ...(ingress === undefined ? [] : [ingress]),
    ...(withoutThrottle ? ["without-throttle"] : []),
  ];
  return words.length === 0 ? "cdktf.out" : join("cdktf.out", ["local", ...words].join("-"));
}
