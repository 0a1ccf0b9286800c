/** The environment variables that Lambda itself sets, and those that keep a function on this machine. */
import { devNull } from "node:os";
import { dirname } from "node:path";
import type { FunctionSettings } from "./function-resources";
import { REGION } from "./resource-types";
import type { Credentials } from "./roles";

/**
 * Lambda Developer Guide, "Defined runtime environment variables".
 * @param endpoint the AWS API on the loopback
 */
export function reservedVariables(
  settings: FunctionSettings,
  credentials: Credentials,
  endpoint: string,
): Readonly<Record<string, string>> {
  return {
    _HANDLER: settings.handler,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_FORMAT: settings.logFormat,
    AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroup,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    LAMBDA_TASK_ROOT: dirname(settings.bundleFile),
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    LOCAL_RUNTIME_ANCHOR: __filename,
    ...stayHere(endpoint),
  };
}

/** No profile, no real credentials, no metadata service: an SDK finds the loopback and nothing else. */
function stayHere(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    // Windows does not open sockets without it.
    ...(process.env.SystemRoot === undefined ? {} : { SystemRoot: process.env.SystemRoot }),
  };
}
