/** Which of the environments in environments.ts is synthesized, and which of its stacks. */
import {
  environmentNameInvalid,
  environmentUnknown,
  postgresSinkMissing,
  stackUnknown,
  stateBucketNotNamed,
} from "./errors";
import type { PostgresSinkSettings } from "./postgres-settings";
import { readSettings, type Settings } from "./settings";

/** Starts the name of every resource; without a hyphen no environment's names can start another's. */
const ENVIRONMENT_NAME = /^[a-z][a-z0-9]{0,19}$/;

/**
 * The environment that WEBHOOK_ENVIRONMENT asks for.
 * @throws UsageError where it does not exist, its name cannot be used, or it has mistakes.
 */
export function chooseEnvironment(
  environments: Readonly<Record<string, unknown>>,
  name: string,
): { readonly environment: string; readonly settings: Settings } {
  if (!Object.hasOwn(environments, name)) throw environmentUnknown(name, Object.keys(environments));
  if (!ENVIRONMENT_NAME.test(name)) throw environmentNameInvalid(name);
  return { environment: name, settings: readSettings(name, environments[name]) };
}

/** The webhook itself, the one whose sink is PostgreSQL, or the bucket for their state, deployed once and before them. */
const STACKS = ["webhook", "postgres-sink", "state"] as const;

/**
 * The stack that WEBHOOK_STACK asks for.
 * @throws UsageError where there is none of that name
 */
export function chooseStack(name: string): (typeof STACKS)[number] {
  const stack = STACKS.find((known) => known === name);
  if (stack === undefined) throw stackUnknown(name, STACKS);
  return stack;
}

/**
 * The bucket that the environment's state is to be kept in.
 * @throws UsageError where it is kept elsewhere
 */
export function stateBucket(environment: string, { region, state }: Settings) {
  if (state.kind !== "s3") throw stateBucketNotNamed(environment, state.kind);
  return { bucket: state.bucket, region: state.region ?? region };
}

/**
 * What the environment says of the stack whose sink is PostgreSQL.
 * @throws UsageError where it has no such stack
 */
export function postgresSinkOf(environment: string, { postgresSink }: Settings): PostgresSinkSettings {
  if (postgresSink === undefined) throw postgresSinkMissing(environment);
  return postgresSink;
}
