/** The Lambda integration: a function gets the whole request as its event, and what it returns is the sender's answer. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Choices } from "./aws-assumptions";
import { AwsFault } from "./aws-fault";
import { type Answer, refuse } from "./gateway-answer";
import { AnswerMalformed, functionAnswer } from "./http-answer";
import { type EventInput, httpEvent } from "./http-event";
import type { FunctionIntegration } from "./integration-resources";
import type { Outcome } from "./mapping-batch";
import { ACCOUNT_ID, REGION } from "./resource-types";
import type { Step, Timeline } from "./timeline";

/** Steps by which a function's log says what became of a request. */
const TOLD_BY_A_LOG: readonly Step[] = ["queued", "refused", "filtered"];

/** A call of Lambda's Invoke by API Gateway. */
export interface FunctionCall {
  readonly functionName: string;
  readonly event: unknown;
  /** ARN of the route, which a permission may ask for. */
  readonly sourceArn: string;
}

/** @throws AwsFault as Lambda refuses a call, without running the function */
export type Invoke = (call: FunctionCall) => Promise<Outcome>;

export class LambdaIntegrations {
  /** Requests under way, and whether a function's log has told what became of them. */
  readonly #isTold = new Map<string, boolean>();

  constructor(
    private readonly invoke: Invoke,
    private readonly choices: Choices,
    timeline: Timeline,
  ) {
    timeline.onEntry(({ step, requestId = "" }) => {
      if (TOLD_BY_A_LOG.includes(step) && this.#isTold.has(requestId)) this.#isTold.set(requestId, true);
    });
  }

  async call({ functionName, timeoutMs }: FunctionIntegration, input: EventInput): Promise<Answer> {
    const { requestId = "", apiId = "", stage = "", routeKey = "" } = input.context;
    const call = {
      functionName,
      event: httpEvent(input, this.choices),
      sourceArn: `arn:aws:execute-api:${REGION}:${ACCOUNT_ID}:${apiId}/${stage}/${routeKey.replace(" ", "")}`,
    };
    this.#isTold.set(requestId, false);
    try {
      const answer = await this.#answer(call, timeoutMs);
      return this.#isTold.get(requestId) === true ? { ...answer, isOnTimeline: true } : answer;
    } finally {
      this.#isTold.delete(requestId);
    }
  }

  async #answer(call: FunctionCall, timeoutMs: number): Promise<Answer> {
    const inTime = new AbortController();
    const timeout = sleep(timeoutMs, "timeout" as const, { signal: inTime.signal });
    // Its end before the time is up is nobody's fault.
    timeout.catch(() => undefined);
    try {
      const outcome = await Promise.race([this.invoke(call), timeout]);
      // The function goes on; its answer is thrown away.
      if (outcome === "timeout") return refuse("503 Service Unavailable", `no answer within ${timeoutMs} ms`);
      return this.#answerOf(outcome);
    } catch (fault) {
      if (fault instanceof AwsFault) return this.#refused(fault);
      throw fault;
    } finally {
      inTime.abort();
    }
  }

  #answerOf(outcome: Outcome): Answer {
    if (outcome.kind !== "answered") {
      const why = outcome.kind === "failed" ? outcome.reason : outcome.kind;
      return { ...refuse(this.choices.functionFault, `the function failed: ${why}`), integrationStatus: 200 };
    }
    try {
      const answer = functionAnswer(outcome.response, this.choices);
      const refusal = answer.status >= 400 && { refusal: `the function answered ${answer.status}` };
      return { ...answer, ...refusal, integrationStatus: answer.status };
    } catch (error) {
      if (!(error instanceof AnswerMalformed)) throw error;
      const refusal = `the function's answer is malformed: ${error.message}`;
      return { ...refuse(this.choices.functionFault, refusal), integrationStatus: 200 };
    }
  }

  /** Lambda did not take the call. */
  #refused({ code, message, options: { status = 500 } }: AwsFault): Answer {
    const answers: Readonly<Record<string, string>> = {
      TooManyRequestsException: this.choices.functionThrottled,
      RequestTooLargeException: this.choices.eventTooLarge,
    };
    const answer = answers[code] ?? "500 Internal Server Error";
    return { ...refuse(answer, `Lambda refused it: ${code}: ${message}`), integrationStatus: status };
  }
}
