/** What stands before moto on the loopback, with what moto lacks. */

import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** Asks moto. @param headers in place of the request's own */
export type Forward = (body: Buffer, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

/** One thing that moto lacks. */
export interface Addition {
  readonly concerns: (request: IncomingMessage) => boolean;
  readonly answer: (request: IncomingMessage, body: Buffer, forward: Forward) => Promise<Answer>;
}

export interface MotoProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param moto its URL */
export async function startMotoProxy(moto: string, additions: readonly Addition[]): Promise<MotoProxy> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    const addition = additions.find(({ concerns }) => concerns(incoming));
    const forwarded = addition === undefined ? pass(incoming, outgoing) : exchange(addition, incoming, outgoing);
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

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const answer = await send(incoming, {}, incoming);
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  }

  async function exchange({ answer }: Addition, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const forward: Forward = async (body, headers = {}) => {
      const answered = await send(incoming, { ...headers, "content-length": body.length }, body);
      return { status: answered.statusCode ?? 502, headers: answered.headers, body: await buffer(answered) };
    };
    const { status, headers, body } = await answer(incoming, await buffer(incoming), forward);
    const { "transfer-encoding": _, ...others } = headers;
    outgoing.writeHead(status, { ...others, "content-length": body.length }).end(body);
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
