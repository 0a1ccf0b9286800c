/** What stands before moto on the loopback, with what moto lacks. */

import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { RedriveAllowPolicies, type SqsAnswer, type SqsRequest } from "./redrive-allow-policy";

export interface MotoProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param moto its URL */
export async function startMotoProxy(moto: string): Promise<MotoProxy> {
  const policies = new RedriveAllowPolicies();
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    const target = String(incoming.headers["x-amz-target"] ?? "");
    const forwarded = target.startsWith("AmazonSQS.")
      ? exchange(policies, target, incoming, outgoing)
      : send(incoming, {}, incoming).then((answer) => pass(answer, outgoing));
    // The client sees a connection that broke off, as it would without the proxy.
    forwarded.catch((error: Error) => outgoing.destroy(error));
  });

  function send(incoming: IncomingMessage, headers: object, body: IncomingMessage | Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      // The host stays the proxy's: moto makes queue URLs of it.
      const options = { agent, method: incoming.method, headers: { ...incoming.headers, ...headers } };
      const sending = request(new URL(incoming.url ?? "/", moto), options as object, resolve).once("error", reject);
      if (Buffer.isBuffer(body)) sending.end(body);
      else body.pipe(sending);
    });
  }

  async function exchange(
    policies: RedriveAllowPolicies,
    asked: string,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    const { target, request, answer } = policies.exchange(asked, (await json(incoming)) as SqsRequest);
    const body = Buffer.from(JSON.stringify(request));
    const answered = await send(incoming, { "x-amz-target": target, "content-length": body.length }, body);
    if (answer === undefined || answered.statusCode !== 200) return pass(answered, outgoing);
    const edited = Buffer.from(JSON.stringify(answer((await json(answered)) as SqsAnswer)));
    outgoing.writeHead(200, { ...answered.headers, "content-length": edited.length }).end(edited);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

function pass(answer: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(outgoing);
}
