/**
 * An event on its way through what was deployed: onto the queue as the API's integration puts it there (moto plays no
 * integration), off the queue, through the consumer, into the table.
 */

import { readFileSync } from "node:fs";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Deployed } from "./deployed";
import { EmulatedCalls } from "./emulated-calls";
import { emulatedClient } from "./inventory";
import { invoke } from "./invoked-function";

const ATTEMPTS = 5;

/** From a network that every applied stack allows. */
const CONTEXT: Readonly<Record<string, string>> = {
  requestId: "JKJaXmPLvHcESHA=",
  requestTimeEpoch: "1700000000123",
  "identity.sourceIp": "192.0.2.7",
  httpMethod: "POST",
  path: "/github",
};
const HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/plain",
  "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
};

export interface Exercise {
  readonly awsUrl: string;
  readonly environment: string;
  readonly deployed: Deployed;
  /** Where the zip of a function is, by the end of its name. */
  readonly zipOf: (name: string) => string;
  readonly body: string;
}

export interface Exercised {
  /** Of the publisher. Undefined: there is none. */
  readonly answered: unknown;
  /** Of the consumer. */
  readonly consumed: unknown;
  /** Everything in the table, in DynamoDB's own form. */
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

export async function exercise({ awsUrl, environment, deployed, zipOf, body }: Exercise): Promise<Exercised> {
  const client = emulatedClient(awsUrl);
  const sqs = new SQSClient(client);
  const QueueUrl = `${awsUrl}/123456789012/${environment}-webhook-events`;
  const run = <Answer>(name: string, event: object) =>
    invoke<Answer>({
      zip: readFileSync(zipOf(name)),
      variables: deployed.functions[name]?.variables as Record<string, string>,
      awsUrl,
      event,
    });

  // Moto would run the function itself, in Docker.
  await new EmulatedCalls(awsUrl).put("lambda", `/2015-03-31/event-source-mappings/${deployed.mapping.UUID}`, {
    Enabled: false,
  });
  const publish = () => run<{ readonly statusCode: number }>("publish", httpRequest(body));
  const answered = "publish" in deployed.functions ? await sent(publish) : undefined;
  if (answered === undefined) await sqs.send(new SendMessageCommand({ QueueUrl, ...directMessage(deployed, body) }));
  const receive = new ReceiveMessageCommand({
    QueueUrl,
    AttributeNames: ["All"],
    MessageAttributeNames: ["All"],
    MaxNumberOfMessages: 10,
  });
  const { Messages = [] } = await sqs.send(receive);
  const consumed = await run("consume", { Records: Messages.map(record) });
  const table = new ScanCommand({ TableName: `${environment}-webhook-events` });
  const { Items = [] } = await new DynamoDBClient(client).send(table);
  return { answered, consumed, items: Items };
}

/** As a sender does that is told to come again: on a busy machine the emulator may take longer than the publisher waits. */
async function sent<Answer extends { readonly statusCode: number }>(send: () => Promise<Answer>): Promise<Answer> {
  let answer = await send();
  for (let attempt = 2; answer.statusCode === 503 && attempt <= ATTEMPTS; attempt++) answer = await send();
  return answer;
}

/** What the integration of the deployed API makes of the request. */
function directMessage({ api }: Deployed, body: string) {
  const routes = api.routes as Readonly<Record<string, { readonly requestParameters: Record<string, string> }>>;
  const { MessageAttributes = "", MessageBody } = routes["POST /github"]?.requestParameters ?? {};
  return {
    MessageBody: MessageBody === "$request.body" ? body : "",
    MessageAttributes: JSON.parse(mapped(MessageAttributes)) as Record<string, MessageAttributeValue>,
  };
}

/** As API Gateway fills in a request parameter. */
const mapped = (parameter: string): string =>
  parameter.replace(/\$\{(context|request\.header)\.([^}]+)\}/g, (_, from: string, name: string) =>
    from === "context" ? (CONTEXT[name] ?? "") : (HEADERS[name] ?? ""),
  );

/** As API Gateway hands a request to a function, payload format 2.0. */
const httpRequest = (body: string) => ({
  version: "2.0",
  routeKey: "$default",
  rawPath: CONTEXT.path,
  rawQueryString: "",
  headers: HEADERS,
  requestContext: {
    requestId: CONTEXT.requestId,
    timeEpoch: Number(CONTEXT.requestTimeEpoch),
    http: { method: "POST", path: CONTEXT.path, sourceIp: "192.0.2.7", protocol: "HTTP/1.1", userAgent: "" },
  },
  body,
  isBase64Encoded: false,
});

/** As Lambda hands a message to a function. */
const record = ({ MessageId, ReceiptHandle, Body, Attributes, MessageAttributes = {} }: Message) => ({
  messageId: MessageId,
  receiptHandle: ReceiptHandle,
  body: Body,
  attributes: Attributes,
  messageAttributes: Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue, DataType }]) => [
      name,
      { stringValue: StringValue, dataType: DataType },
    ]),
  ),
  eventSource: "aws:sqs",
});
