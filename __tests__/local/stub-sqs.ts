/** An SQS that takes what it is told to and remembers it: the JSON protocol on the loopback, with AWS's digests left out. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Listener, listenOnLoopback } from "../../local/loopback";

export interface SentCall {
  readonly accessKeyId: string;
  readonly target: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the next call is answered: a refusal by SQS, no answer at all, or none for ever. */
export type Fault = { status: number; type: string; queryError?: string; message: string } | "cut" | "silent";

export class StubSqs {
  readonly calls: SentCall[] = [];
  fault: Fault | undefined;

  private constructor(private readonly listener: Listener) {}

  static async start(): Promise<StubSqs> {
    const stub = new StubSqs(await listenOnLoopback(0));
    stub.listener.serve((request, response) => void stub.#answer(request, response));
    return stub;
  }

  get url(): string {
    return this.listener.url;
  }

  stop(): Promise<void> {
    return this.listener.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.fault === "cut") request.socket.destroy();
    if (typeof this.fault === "string") return;
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "sqs-request" };
    if (this.fault !== undefined) {
      const { status, type, message, queryError } = this.fault;
      response.writeHead(status, { ...headers, ...(queryError && { "x-amzn-query-error": queryError }) });
      response.end(JSON.stringify({ __type: type, message }));
      return;
    }
    this.calls.push({
      accessKeyId: /Credential=([^/]*)/.exec(request.headers.authorization ?? "")?.[1] ?? "",
      target: String(request.headers["x-amz-target"]),
      input: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
    });
    response.writeHead(200, headers);
    response.end(JSON.stringify({ MessageId: `message-${this.calls.length}`, MD5OfMessageBody: "digest" }));
  }
}
