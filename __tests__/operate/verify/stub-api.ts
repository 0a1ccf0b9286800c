import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What SQS answers to a message that it took. */
export const ACCEPTED =
  "<SendMessageResponse><SendMessageResult><MessageId>m</MessageId></SendMessageResult></SendMessageResponse>";

/** A server in the place of an API. */
export interface StubApi {
  readonly url: string;
  /** Method and path of each, in the order in which they came. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

/** @param answer called once the whole request has come */
export async function startStubApi(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<StubApi> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    request.resume().on("end", () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1" }, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
