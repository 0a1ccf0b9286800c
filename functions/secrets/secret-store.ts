/**
 * The two calls that read a secret. Secrets Manager's client is in the bundle (4 KB of the zip). That of Parameter Store
 * would be 15 KB, of which hardly anything is for this call; it is in Lambda's Node.js runtime, and is loaded from there
 * when a source has a secret of it (Lambda Developer Guide, "Building Lambda functions with Node.js", SDK versions).
 */
import {
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from "@aws-sdk/client-secrets-manager";
import type { SSMClientConfig } from "@aws-sdk/client-ssm";
import type { SecretStoreName } from "./secret-name";

/** @returns the secret's value, undefined when it has none @throws whatever the store answers */
export type ReadSecret = (name: string, signal: AbortSignal) => Promise<string | undefined>;

/** Reading is seldom, and the sender waits for it. Times are in milliseconds. */
const CLIENT = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
};

/** Clients are made by the first read of their store: most functions need one of them, or none. */
export function secretStores(
  overrides: SecretsManagerClientConfig & SSMClientConfig = {},
): Readonly<Record<SecretStoreName, ReadSecret>> {
  let manager: SecretsManagerClient | undefined;
  let parameters: Promise<ReadSecret> | undefined;
  return {
    secretsmanager: async (name, abortSignal) => {
      manager ??= new SecretsManagerClient({ ...CLIENT, ...overrides });
      const command = new GetSecretValueCommand({ SecretId: name });
      const { SecretString, SecretBinary } = await manager.send(command, { abortSignal });
      return SecretString ?? (SecretBinary === undefined ? undefined : Buffer.from(SecretBinary).toString());
    },
    ssm: async (name, signal) => {
      parameters ??= parameterStore({ ...CLIENT, ...overrides });
      return (await parameters)(name, signal);
    },
  };
}

async function parameterStore(config: SSMClientConfig): Promise<ReadSecret> {
  const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient(config);
  return async (name, abortSignal) => {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }), {
      abortSignal,
    });
    return Parameter?.Value;
  };
}
