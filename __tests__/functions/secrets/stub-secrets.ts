import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Parameter Store and Secrets Manager as far as they read one secret, on the loopback. */
export interface StubSecrets {
  readonly endpoint: string;
  /** By target and name, such as "GetParameter /webhook/github". */
  readonly values: Map<string, string>;
  /** What was asked, in order. */
  readonly calls: string[];
  /** The name of a fault to answer everything with, as long as it is set. */
  fault: string | undefined;
  stop(): Promise<void>;
}

export async function startStubSecrets(): Promise<StubSecrets> {
  const values = new Map<string, string>();
  const calls: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const operation = String(request.headers["x-amz-target"]).split(".")[1];
    const { Name, SecretId, WithDecryption } = JSON.parse(Buffer.concat(chunks).toString());
    const isParameter = operation === "GetParameter";
    const call = `${operation} ${Name ?? SecretId}`;
    calls.push(call);
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    };
    const value = values.get(call);
    if (stub.fault !== undefined) answer(400, { __type: stub.fault, message: "as the test wants" });
    else if (value === undefined)
      answer(400, { __type: isParameter ? "ParameterNotFound" : "ResourceNotFoundException" });
    else if (!isParameter) answer(200, { Name: SecretId, SecretString: value });
    else
      answer(200, { Parameter: { Name, Type: "SecureString", Value: WithDecryption === true ? value : "encrypted" } });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const stub: StubSecrets = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    values,
    calls,
    fault: undefined,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
  return stub;
}
