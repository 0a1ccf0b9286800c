/** The way of a request through the gateway: refused early, or mapped and handed to the integration of its route. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Choices } from "./aws-assumptions";
import { Exchange } from "./exchange";
import { type Answer, answerToFault, headersTooLarge, noRoute, throttled } from "./gateway-answer";
import type { HttpApi } from "./http-api";
import { hasTooLargeHeaders, readBody } from "./http-request";
import type { Integration } from "./integration-resources";
import type { LambdaIntegrations } from "./lambda-integration";
import { MappingRefused } from "./parameter-mapping";
import type { SqsIntegrations } from "./sqs-integration";
import { Throttle } from "./throttle";
import type { Timeline } from "./timeline";

export class GatewayRequests {
  /** By route key, or under "" for the whole stage. */
  readonly #throttles = new Map<string, Throttle>();

  constructor(
    private readonly api: HttpApi,
    private readonly integrations: { readonly sqs: SqsIntegrations; readonly lambda: LambdaIntegrations },
    private readonly choices: Choices,
    private readonly sinks: { readonly timeline: Timeline; readonly onAccessLog?: (line: string) => void },
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = new Exchange(request);
    const answer = await this.#answer(exchange).catch((error: unknown) => answerToFault(error, this.choices));
    const latencyMs = exchange.latencyMs();
    this.#record(exchange, answer, latencyMs);
    exchange.respond(response, answer);
    const { onAccessLog } = this.sinks;
    if (onAccessLog === undefined || this.api.accessLog === undefined) return;
    const context = exchange.context(this.api.id, this.choices);
    onAccessLog(this.api.accessLog({ ...context, ...exchange.outcome(answer, latencyMs) }));
  }

  async #answer(exchange: Exchange): Promise<Answer> {
    const admitted = this.#admit(exchange);
    if ("status" in admitted) {
      this.#received(exchange);
      return admitted;
    }
    const body = await this.#body(exchange);
    const calledAt = performance.now();
    const answer = await this.#call(admitted, exchange, body);
    exchange.integrationLatencyMs = performance.now() - calledAt;
    return answer;
  }

  #call(integration: Integration, exchange: Exchange, body: Buffer): Promise<Answer> {
    const { sqs, lambda } = this.integrations;
    const { id } = this.api;
    if (integration.kind === "function") return lambda.call(integration, exchange.eventInput(body, id, this.choices));
    const { headers } = exchange;
    return sqs.call(integration, { body: this.#text(body), headers, context: exchange.context(id, this.choices) });
  }

  /** The integration of the request's route, or the answer to a request that is refused before its body is read. */
  #admit(exchange: Exchange): Integration | Answer {
    if (hasTooLargeHeaders(exchange.request, exchange.headers)) return headersTooLarge();
    const route = this.api.routes.match(exchange.method, exchange.path);
    if (route === undefined) return noRoute();
    exchange.routeKey = route.key;
    return this.#throttle(route.key)?.admits() === false ? throttled() : route.target;
  }

  #throttle(routeKey: string): Throttle | undefined {
    if (this.api.throttle === undefined) return undefined;
    const scope = this.choices.throttleScope === "stage" ? "" : routeKey;
    const throttle = this.#throttles.get(scope) ?? new Throttle(this.api.throttle);
    this.#throttles.set(scope, throttle);
    return throttle;
  }

  async #body(exchange: Exchange): Promise<Buffer> {
    try {
      const body = await readBody(exchange.request);
      exchange.bytes = body.length;
      return body;
    } finally {
      this.#received(exchange);
    }
  }

  /** @throws MappingRefused for bytes that AWS is then believed to refuse */
  #text(body: Buffer): string | undefined {
    if (body.length === 0 && this.choices.emptyBody === "absent") return undefined;
    if (this.choices.bodyBytes === "utf-8-with-replacements") return body.toString("utf8");
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    } catch {
      throw new MappingRefused("the body is not UTF-8");
    }
  }

  #received({ requestId, method, path, bytes }: Exchange): void {
    this.sinks.timeline.record({ step: "received", requestId, facts: { method, path, bytes } });
  }

  #record({ requestId }: Exchange, answer: Answer, latencyMs: number): void {
    const { status, messageId, refusal, isOnTimeline } = answer;
    if (isOnTimeline === true) return;
    const { timeline } = this.sinks;
    const facts = { status, latencyMs };
    if (refusal !== undefined)
      timeline.record({ step: "refused", requestId, facts: { status, reason: refusal, latencyMs } });
    else if (messageId !== undefined) timeline.record({ step: "queued", requestId, messageId, facts });
    else timeline.record({ step: "answered", requestId, facts });
  }
}
