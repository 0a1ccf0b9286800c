/** Secrets Manager and Lambda in one, on a port of its own, that answer as told. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { readAdministrator } from "../../../functions/migrate-start/administrator-secret";
import { callMigrate } from "../../../functions/migrate-start/call-migrate";

export type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

export const SECRET_ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:rds!db-1";
export const PASSWORD = "correct horse battery";

export interface Aws {
  readonly endpoint: string;
  /** The calls that came, as "GetSecretValue" and "Invoke dev-migrate". */
  readonly calls: readonly string[];
  /** What the last function was called with. */
  payload(): unknown;
  /** Milliseconds that were waited before a denied call came again. */
  readonly waits: readonly number[];
  readAdministrator(): ReturnType<typeof readAdministrator>;
  callMigrate(): ReturnType<typeof callMigrate>;
  stop(): Promise<void>;
}

export async function startAws({ secret = holds(), lambda = returns({}) }: { secret?: Answer; lambda?: Answer }) {
  const calls: string[] = [];
  const waits: number[] = [];
  let payload = "";
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const [, functionName] = /\/functions\/([^/]+)\/invocations/.exec(request.url ?? "") ?? [];
    calls.push(functionName === undefined ? "GetSecretValue" : `Invoke ${functionName}`);
    if (functionName !== undefined) payload = body.toString();
    (functionName === undefined ? secret : lambda)(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const overrides = { endpoint, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const wait = async (ms: number) => void waits.push(ms);
  return {
    endpoint,
    calls,
    waits,
    payload: () => JSON.parse(payload),
    readAdministrator: () => readAdministrator(SECRET_ARN, { overrides: { ...overrides, maxAttempts: 1 }, wait }),
    callMigrate: () =>
      callMigrate("dev-migrate", { username: "administrator", password: PASSWORD }, { overrides, wait }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  } satisfies Aws;
}

/** A secret with this text, the one of RDS unless told otherwise. */
export function holds(text = JSON.stringify({ username: "administrator", password: PASSWORD })): Answer {
  return json(200, { ARN: SECRET_ARN, Name: "rds!db-1", SecretString: text });
}

export const holdsNoText: Answer = (_request, response) =>
  json(200, { ARN: SECRET_ARN, Name: "rds!db-1", SecretBinary: "AAAA" })(_request, response, Buffer.alloc(0));

/** What a function answers. */
export function returns(result: unknown): Answer {
  return json(200, result);
}

export function fails(errorMessage: string): Answer {
  return json(
    200,
    { errorType: "MigrationError", errorMessage, trace: ["at somewhere"] },
    {
      "x-amz-function-error": "Unhandled",
    },
  );
}

/** A fault of the service's. */
export function refuses(status: number, type: string, message: string): Answer {
  return json(status, { __type: type, message, Message: message }, { "x-amzn-errortype": type });
}

/** The first so many calls get the one answer, the later ones the other. */
export function first(times: number, one: Answer, other: Answer): Answer {
  let calls = 0;
  return (...given) => (++calls <= times ? one : other)(...given);
}

function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1", ...headers });
    response.end(JSON.stringify(value));
  };
}
