/** The SQS-SendMessage integration: a mapped request becomes a call of SQS, its answer becomes the sender's. */
import { Agent } from "node:http";
import { type MessageAttributeValue, SendMessageCommand, SQSClient, SQSServiceException } from "@aws-sdk/client-sqs";
import type { Choices } from "./aws-assumptions";
import { type Answer, refuse } from "./gateway-answer";
import type { QueueIntegration } from "./integration-resources";
import { type MappingInput, MappingRefused } from "./parameter-mapping";
import { REGION } from "./resource-types";
import { faultXml, sentXml } from "./sqs-xml";
import { isRecord } from "./terraform-json";

/** The dummy keys of a role. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const XML = { "content-type": "text/xml" };
/** Calls of SQS under way at once, so that a burst waits here and not in the operating system. */
const MAX_CONNECTIONS = 64;

export class SqsIntegrations {
  readonly #clients = new Map<string, SQSClient>();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });

  constructor(
    private readonly place: {
      readonly awsEndpoint: string;
      readonly credentialsFor: (roleArn: string) => RoleCredentials;
    },
    private readonly choices: Choices,
  ) {}

  /** @throws MappingRefused when the request lacks what the integration maps */
  async call(integration: QueueIntegration, input: MappingInput): Promise<Answer> {
    const { messageAttributes } = integration;
    const message = {
      QueueUrl: integration.queueUrl(input),
      MessageBody: integration.messageBody(input),
      ...(messageAttributes !== undefined && { MessageAttributes: attributesOf(messageAttributes(input)) }),
    };
    try {
      const sent = await this.#client(integration).send(new SendMessageCommand(message));
      const { requestId = "", httpStatusCode = 200 } = sent.$metadata;
      const { MessageId: messageId = "", MD5OfMessageBody: bodyMd5 = "", MD5OfMessageAttributes: attributesMd5 } = sent;
      return {
        status: httpStatusCode,
        headers: XML,
        body: sentXml({ messageId, bodyMd5, attributesMd5, requestId }),
        messageId,
        integrationStatus: httpStatusCode,
        integrationRequestId: requestId,
      };
    } catch (error) {
      return error instanceof SQSServiceException ? this.#refused(error) : this.#unreachable(error);
    }
  }

  stop(): void {
    for (const client of this.#clients.values()) client.destroy();
    this.#agent.destroy();
  }

  #client({ roleArn, timeoutMs }: QueueIntegration): SQSClient {
    const key = `${roleArn} ${timeoutMs}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const client = new SQSClient({
      region: REGION,
      endpoint: this.place.awsEndpoint,
      credentials: this.place.credentialsFor(roleArn),
      // The sender sees a fault at once and retries itself.
      maxAttempts: 1,
      md5: false,
      requestHandler: { httpAgent: this.#agent, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
    });
    this.#clients.set(key, client);
    return client;
  }

  #refused(error: SQSServiceException): Answer {
    const { requestId = "", httpStatusCode = 500 } = error.$metadata;
    const refusal = `SQS refused it: ${error.name}: ${error.message}`;
    const integration = { refusal, integrationStatus: httpStatusCode, integrationRequestId: requestId };
    if (this.choices.sqsRefusal !== "passed-on") return { ...refuse(this.choices.sqsRefusal, refusal), ...integration };
    const type = error.$fault === "client" ? "Sender" : "Receiver";
    const body = faultXml({ code: queryCodeOf(error), message: error.message, type, requestId });
    return { status: httpStatusCode, headers: XML, body, ...integration };
  }

  #unreachable(error: unknown): Answer {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return refuse(this.choices.unreachable, `SQS could not be reached: ${why}`);
  }
}

/** The code as the XML protocol has it, which differs for some errors from that of the JSON protocol. */
function queryCodeOf(error: SQSServiceException): string {
  const code = "Code" in error ? error.Code : undefined;
  return typeof code === "string" ? code : error.name;
}

/** @throws MappingRefused when the interpolated string is no set of message attributes */
function attributesOf(json: string): Record<string, MessageAttributeValue> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new MappingRefused("MessageAttributes is not JSON once the request's values are in it");
  }
  if (!isRecord(parsed)) throw new MappingRefused("MessageAttributes is not a JSON object");
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, attributeOf(name, value)]));
}

function attributeOf(name: string, value: unknown): MessageAttributeValue {
  const { DataType, StringValue, BinaryValue } = isRecord(value) ? value : {};
  if (typeof DataType === "string" && typeof StringValue === "string") return { DataType, StringValue };
  if (typeof DataType === "string" && typeof BinaryValue === "string")
    return { DataType, BinaryValue: Buffer.from(BinaryValue, "base64") };
  throw new MappingRefused(`MessageAttributes has "${name}" without a DataType or a value`);
}
