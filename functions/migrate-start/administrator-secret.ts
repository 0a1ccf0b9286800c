import {
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from "@aws-sdk/client-secrets-manager";
import { onceAllowed } from "../once-allowed";
import { type CallOptions, isAccessDenied } from "./aws-calls";
import { secretInvalid, secretUnreadable } from "./errors";

/** The administrator's log-in. It goes into the call of the migrations and nowhere else. */
export interface Administrator {
  readonly username: string;
  readonly password: string;
}

const CALLS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const satisfies SecretsManagerClientConfig;

/**
 * Reads the secret that has the administrator's name and password, the one that RDS keeps or one like it.
 * @throws MigrateStartError without anything of the secret's value
 */
export async function readAdministrator(
  secretArn: string,
  { overrides = {}, wait }: CallOptions<SecretsManagerClientConfig> = {},
): Promise<Administrator> {
  const client = new SecretsManagerClient({ ...CALLS, ...overrides });
  try {
    const get = () => client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    const { SecretString } = await onceAllowed(get, isAccessDenied, wait).catch((error: unknown): never => {
      throw secretUnreadable(secretArn, error);
    });
    return parseAdministrator(secretArn, SecretString);
  } finally {
    client.destroy();
  }
}

/** Pure. @throws MigrateStartError */
export function parseAdministrator(secretArn: string, secret: string | undefined): Administrator {
  if (secret === undefined) throw secretInvalid(secretArn, "has no text (a binary secret?)");
  const value = parseJson(secret);
  if (typeof value !== "object" || value === null) throw secretInvalid(secretArn, "is not a JSON object");
  const { username, password } = value as Readonly<Record<string, unknown>>;
  const missing = [...(isText(username) ? [] : ["username"]), ...(isText(password) ? [] : ["password"])];
  if (!isText(username) || !isText(password)) throw secretInvalid(secretArn, `has no ${missing.join(" and no ")}`);
  return { username, password };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
