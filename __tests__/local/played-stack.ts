/** A small stack, written as Terraform JSON and played: a queue with its dead-letter queue, a table, a function. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { AwsEndpoint } from "../../local/endpoint";
import { type Credentials, OPERATOR_CREDENTIALS } from "../../local/roles";
import type { Template } from "../../local/template";
import { Timeline } from "../../local/timeline";
import { templateOf } from "./written-stack";

export const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:events";
export const TABLE_ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/stored";
export const ROLE_ARN = "arn:aws:iam::000000000000:role/consume";

type Arguments = Record<string, unknown>;
export interface Written {
  readonly queue?: Arguments;
  readonly queuePolicy?: readonly Arguments[];
  readonly statements?: readonly Arguments[];
  readonly function?: Arguments;
  readonly mapping?: Arguments;
  /** Of the handler, in the stack's folder. */
  readonly bundleFile?: string;
}

const ALL_THAT_IS_NEEDED: readonly Arguments[] = [
  {
    Effect: "Allow",
    Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    Resource: QUEUE_ARN,
  },
  { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" },
];

export function stack(written: Written = {}) {
  const { statements = ALL_THAT_IS_NEEDED, queuePolicy } = written;
  const policy = (list: readonly Arguments[]) => JSON.stringify({ Version: "2012-10-17", Statement: list });
  return {
    resource: {
      aws_sqs_queue: {
        events: {
          name: "events",
          visibility_timeout_seconds: 60,
          receive_wait_time_seconds: 20,
          redrive_policy: `{"deadLetterTargetArn":"\${aws_sqs_queue.dead.arn}","maxReceiveCount":3}`,
          ...written.queue,
        },
        dead: { name: "dead" },
      },
      ...(queuePolicy && {
        aws_sqs_queue_policy: { events: { queue_url: "${aws_sqs_queue.events.url}", policy: policy(queuePolicy) } },
      }),
      aws_dynamodb_table: {
        stored: {
          name: "stored",
          billing_mode: "PAY_PER_REQUEST",
          hash_key: "pk",
          attribute: [
            { name: "pk", type: "S" },
            { name: "source", type: "S" },
            { name: "at", type: "S" },
          ],
          global_secondary_index: {
            name: "by-source",
            hash_key: "source",
            range_key: "at",
            projection_type: "INCLUDE",
            non_key_attributes: ["state"],
          },
        },
      },
      aws_iam_role: { consume: { name: "consume", assume_role_policy: "{}" } },
      aws_iam_role_policy: {
        consume: { name: "consume", role: "${aws_iam_role.consume.name}", policy: policy(statements) },
      },
      ...(written.bundleFile !== undefined && {
        aws_lambda_function: {
          consume: {
            function_name: "consume",
            role: "${aws_iam_role.consume.arn}",
            handler: "index.handler",
            runtime: "nodejs22.x",
            filename: "${data.archive_file.code.output_path}",
            timeout: 10,
            environment: { variables: { TABLE: "${aws_dynamodb_table.stored.name}" } },
            ...written.function,
          },
        },
        aws_lambda_event_source_mapping: {
          consume: {
            event_source_arn: "${aws_sqs_queue.events.arn}",
            function_name: "${aws_lambda_function.consume.arn}",
            function_response_types: ["ReportBatchItemFailures"],
            scaling_config: { maximum_concurrency: 2 },
            ...written.mapping,
          },
        },
      }),
    },
    ...(written.bundleFile !== undefined && {
      data: { archive_file: { code: { type: "zip", source_file: written.bundleFile, output_path: "code.zip" } } },
    }),
  };
}

/** A stack that is played, and clients for it. */
export class Played {
  readonly timeline = new Timeline();
  readonly #clients: { destroy(): void }[] = [];

  private constructor(
    readonly endpoint: AwsEndpoint,
    readonly template: Template,
  ) {}

  static async start(written: Written = {}): Promise<Played> {
    const endpoint = await AwsEndpoint.listen();
    const template = templateOf(stack(written), { aws: endpoint.url, api: "http://127.0.0.1:2" });
    const played = new Played(endpoint, template);
    await endpoint.play(template, played.timeline);
    return played;
  }

  get queueUrl(): string {
    return `${this.endpoint.url}/000000000000/events`;
  }

  sqs(credentials: Credentials = OPERATOR_CREDENTIALS): SQSClient {
    return this.#keep(new SQSClient(this.#options(credentials)));
  }

  dynamodb(credentials: Credentials = OPERATOR_CREDENTIALS): DynamoDBClient {
    return this.#keep(new DynamoDBClient(this.#options(credentials)));
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.endpoint.stop();
  }

  #options(credentials: Credentials) {
    return { endpoint: this.endpoint.url, region: "us-east-1", credentials, maxAttempts: 1 };
  }

  #keep<Client extends { destroy(): void }>(client: Client): Client {
    this.#clients.push(client);
    return client;
  }
}
