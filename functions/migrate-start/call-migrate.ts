import { InvokeCommand, LambdaClient, type LambdaClientConfig } from "@aws-sdk/client-lambda";
import { onceAllowed } from "../once-allowed";
import type { Administrator } from "./administrator-secret";
import { type CallOptions, isAccessDenied } from "./aws-calls";
import { migrateFailed, migrateNotCalled } from "./errors";

/** What may be seen of a run: it stands in Terraform's state. */
export interface MigrationsResult {
  readonly applied: readonly string[];
  readonly alreadyThere: number;
}

/** No time limit of its own: the call lasts as long as the migrations do, and both end with their functions' timeouts. */
const CALLS = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 0 },
} as const satisfies LambdaClientConfig;

/**
 * Runs the migrations and waits for them.
 * @throws MigrateStartError with what the migrations said, or why they could not be called
 */
export async function callMigrate(
  functionName: string,
  administrator: Administrator,
  { overrides = {}, wait }: CallOptions<LambdaClientConfig> = {},
): Promise<MigrationsResult> {
  const client = new LambdaClient({ ...CALLS, ...overrides });
  try {
    const call = new InvokeCommand({
      FunctionName: functionName,
      InvocationType: "RequestResponse",
      Payload: JSON.stringify({ username: administrator.username, password: administrator.password }),
    });
    const send = () => client.send(call);
    const { FunctionError, Payload } = await onceAllowed(send, isAccessDenied, wait).catch((error: unknown): never => {
      throw migrateNotCalled(functionName, error);
    });
    const answer = parseObject(Payload?.transformToString() ?? "");
    if (FunctionError !== undefined) throw migrateFailed(functionName, saidIn(answer) ?? FunctionError);
    return resultOf(functionName, answer);
  } finally {
    client.destroy();
  }
}

/** Its stack trace stays in its log. */
function saidIn({ errorMessage }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof errorMessage === "string" ? errorMessage : undefined;
}

/** Only what is known goes on, whatever the function answers. */
function resultOf(
  functionName: string,
  { applied, alreadyThere }: Readonly<Record<string, unknown>>,
): MigrationsResult {
  if (!Array.isArray(applied) || typeof alreadyThere !== "number")
    throw migrateFailed(functionName, "The migrations did not say what they did.");
  return { applied: applied.map(String), alreadyThere };
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
