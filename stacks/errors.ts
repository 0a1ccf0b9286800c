/** Every message that somebody who deploys sees. Usage faults: printed as plain text, exit code 2, no stack trace. */

/** Exit code for faults of the caller: settings, environment variables, input. */
export const USAGE_EXIT_CODE = 2;

/** One wrong setting, or one rule between settings that is broken. */
export interface Mistake {
  /** Path inside the environment, such as "consumer.batchSize"; "" is the environment itself. */
  readonly path: string;
  /** What was given, as text a reader recognizes. */
  readonly value: string;
  /** The limit or rule, as the end of a sentence that starts with "it" or "but". */
  readonly rule: string;
  /** How the rule comes to its numbers, a line each. @default the rule says it all */
  readonly arithmetic?: readonly string[];
  readonly source: string;
  readonly remedy: string;
  readonly code: MistakeCode;
}

/** A broken rule, with the settings it depends on: where one of these is wrong by itself, the rule says nothing. */
export type BrokenRule = Mistake & { readonly involves: readonly string[] };

export const MISTAKE_CODES = [
  "SETTING_UNKNOWN",
  "SETTING_MISSING",
  "SETTING_INVALID",
  "SETTING_OUT_OF_RANGE",
  "BATCH_NEEDS_WINDOW",
  "MAXIMUM_CONCURRENCY_ONE",
  "RESERVED_BELOW_MAXIMUM",
  "ACCOUNT_CONCURRENCY_EXCEEDED",
  "RETENTION_ORDER",
  "OUTAGE_TOLERANCE_TOO_LONG",
  "EXPIRY_TOO_SHORT",
  "INGRESS_MISMATCH",
  "CERTIFICATE_REGION",
  "DOMAIN_TAKEN",
  "ALARM_DESTINATION",
  "STATE_WORKSPACES",
  "NETWORK_MISMATCH",
  "INSTANCE_CLASS_VCPUS",
  "MAX_CONNECTIONS_OVER_MEMORY",
  "STORAGE_CEILING_TOO_LOW",
  "SECRET_REGION",
  "PROXY_NEEDS_PROVIDER_6",
  "CONNECTION_BUDGET_EXCEEDED",
  "SOURCES_OVERLAP",
  "SOURCE_SECRETS",
  "TIMESTAMP_UNSIGNED",
  "PUBLIC_URL",
  "UNMATCHED_REJECTS_ALL",
  "SOURCE_NEEDS_LAMBDA",
  "HEADER_NOT_CARRIED",
  "HEADERS_TOO_LONG",
  "SENDER_OF_SOURCE",
  "SIGNATURES_IN_VPC",
  "SOURCES_TOO_LARGE",
] as const;
export type MistakeCode = (typeof MISTAKE_CODES)[number];

/** A fault of whoever runs the command. The message is complete: print it alone. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly exitCode = USAGE_EXIT_CODE;
  constructor(
    readonly code: string,
    message: string,
    readonly mistakes: readonly Mistake[] = [],
  ) {
    super(message);
  }
}

/** The column at which the code of a message starts, so that several messages can be skimmed. */
const CODE_COLUMN = 100;

function withCode(line: string, code: string): string {
  return `${line.padEnd(CODE_COLUMN)} [${code}]`;
}

function describe(environment: string, mistake: Mistake): string {
  const subject = mistake.path === "" ? environment : `${environment}.${mistake.path}`;
  return [
    `${subject} is ${mistake.value}; ${mistake.rule}.`,
    ...(mistake.arithmetic ?? []).map((line) => `    ${line}`),
    `  Source: ${mistake.source}`,
    withCode(`  ${mistake.remedy}`, mistake.code),
  ].join("\n");
}

/** All mistakes of an environment at once. */
export const settingsInvalid = (environment: string, mistakes: readonly Mistake[]): UsageError =>
  new UsageError(
    "SETTINGS_INVALID",
    [
      `environments.ts has ${mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`} in "${environment}":`,
      ...mistakes.map((mistake) => describe(environment, mistake)),
    ].join("\n\n"),
    mistakes,
  );

export const environmentUnknown = (name: string, known: readonly string[]): UsageError =>
  new UsageError(
    "ENVIRONMENT_UNKNOWN",
    [
      `There is no environment ${JSON.stringify(name)} in environments.ts.`,
      `  It has: ${known.join(", ")}`,
      withCode(
        "  Set WEBHOOK_ENVIRONMENT (or --environment) to one of them, or add it to environments.ts.",
        "ENVIRONMENT_UNKNOWN",
      ),
    ].join("\n"),
  );

export const environmentNameInvalid = (name: string): UsageError =>
  new UsageError(
    "ENVIRONMENT_NAME_INVALID",
    [
      `environments.ts has an environment named ${JSON.stringify(name)}, which cannot start the names of resources.`,
      "  A name is 1 to 20 lower-case letters and digits, starting with a letter; no hyphen, so that no name starts another.",
      withCode("  Rename it.", "ENVIRONMENT_NAME_INVALID"),
    ].join("\n"),
  );

export const stackUnknown = (name: string, known: readonly string[]): UsageError =>
  new UsageError(
    "STACK_UNKNOWN",
    [
      `WEBHOOK_STACK is ${JSON.stringify(name)}, and there is no such stack.`,
      `  There are: ${known.join(", ")}`,
      withCode("  Set it to one of them, or unset it for the webhook itself.", "STACK_UNKNOWN"),
    ].join("\n"),
  );

export const stateBucketNotNamed = (environment: string, kind: string): UsageError =>
  new UsageError(
    "STATE_BUCKET_NOT_NAMED",
    [
      `WEBHOOK_STACK is "state", but ${environment}.state.kind is "${kind}": no bucket is named.`,
      "  The stack makes the bucket that the environment's state is going to be kept in.",
      withCode(
        `  Set ${environment}.state to { kind: "s3", bucket: "…" }, or unset WEBHOOK_STACK.`,
        "STATE_BUCKET_NOT_NAMED",
      ),
    ].join("\n"),
  );

export const bundleMissing = (file: string): UsageError =>
  new UsageError(
    "BUNDLE_MISSING",
    [
      `The function's bundle is not there: ${file}`,
      "  The stack carries the bundle that build.mjs makes.",
      withCode("  Run npm run build, or npm run synth, which builds first.", "BUNDLE_MISSING"),
    ].join("\n"),
  );

export const postgresSinkMissing = (environment: string): UsageError =>
  new UsageError(
    "POSTGRES_SINK_MISSING",
    [
      `"${environment}" of environments.ts has no postgresSink, so it has no stack postgres-sink.`,
      "  The stack makes a network and a database, which cost money from the first hour, so only who asks for it has it.",
      withCode(
        `  Add postgresSink: {} to it (stacks/postgres-settings.ts says what can be in it), or choose another environment (--environment, WEBHOOK_ENVIRONMENT) or stack (--stack, WEBHOOK_STACK).`,
        "POSTGRES_SINK_MISSING",
      ),
    ].join("\n"),
  );

export const throttleNotOptional = (stack: string): UsageError =>
  new UsageError(
    "THROTTLE_NOT_OPTIONAL",
    [
      `--without-throttle is asked for, but the stack is "${stack}".`,
      "  It shows what a burst does to a database that takes so many connections; the table of this stack has no such limit.",
      withCode("  Leave it out, or choose the stack postgres-sink.", "THROTTLE_NOT_OPTIONAL"),
    ].join("\n"),
  );
