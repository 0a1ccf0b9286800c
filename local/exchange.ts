/** One request on its way through the gateway, and what becomes known of it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AccessLogValues } from "./access-log";
import type { Choices } from "./aws-assumptions";
import type { Answer } from "./gateway-answer";
import { decoded, type EventInput } from "./http-event";
import { headersOf, newRequestId, pathOf, queryOf } from "./http-request";
import { ACCOUNT_ID } from "./resource-types";

export class Exchange {
  readonly requestId = newRequestId();
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  /** Of the body: as announced, until it has been read. */
  bytes: number;
  /** Known once a route has been found. */
  routeKey: string | undefined;
  integrationLatencyMs: number | undefined;
  readonly #receivedAt = Date.now();
  readonly #startedAt = performance.now();

  constructor(readonly request: IncomingMessage) {
    this.method = request.method ?? "GET";
    this.path = pathOf(request);
    this.headers = headersOf(request);
    this.bytes = Number(request.headers["content-length"] ?? 0);
  }

  /** Since the request's headers had come. */
  latencyMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** The `$context` variables that a mapping may read. */
  context(apiId: string, choices: Choices): Record<string, string> {
    return {
      requestId: this.requestId,
      extendedRequestId: this.requestId,
      requestTimeEpoch: String(this.#receivedAt),
      "identity.sourceIp": this.request.socket.remoteAddress ?? "",
      "identity.userAgent": this.headers.get("user-agent") ?? "",
      httpMethod: this.method,
      path: choices.path === "decoded" ? decoded(this.path) : this.path,
      protocol: `HTTP/${this.request.httpVersion}`,
      stage: "$default",
      apiId,
      accountId: ACCOUNT_ID,
      domainName: this.headers.get("host") ?? "",
      ...(this.routeKey !== undefined && { routeKey: this.routeKey }),
    };
  }

  /** All that the event of a Lambda integration is made from. */
  eventInput(body: Buffer, apiId: string, choices: Choices): EventInput {
    const { method, path, headers, request } = this;
    return { method, path, query: queryOf(request), headers, body, context: this.context(apiId, choices) };
  }

  /** What only the access log has: the variables about the answer. */
  outcome(answer: Answer, latencyMs: number): AccessLogValues {
    const { integrationLatencyMs: milliseconds } = this;
    const integrationLatency = milliseconds === undefined ? undefined : Math.round(milliseconds);
    return {
      status: answer.status,
      responseLatency: Math.round(latencyMs),
      responseLength: Buffer.byteLength(answer.body),
      dataProcessed: this.bytes,
      integrationStatus: answer.integrationStatus,
      "integration.status": answer.integrationStatus,
      integrationErrorMessage: answer.refusal,
      "integration.error": answer.refusal,
      integrationLatency,
      "integration.latency": integrationLatency,
      awsEndpointRequestId: answer.integrationRequestId,
    };
  }

  /** What has not been read of the body is thrown away, so that the sender can go on with the connection. */
  respond(response: ServerResponse, answer: Answer): void {
    response.writeHead(answer.status, {
      ...answer.headers,
      // RFC 9110, 8.6: these have no content, so they say no length of it.
      ...(![204, 304].includes(answer.status) && { "content-length": Buffer.byteLength(answer.body) }),
      "apigw-requestid": this.requestId,
    });
    response.end(answer.body);
  }
}
