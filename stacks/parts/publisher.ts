import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Construct } from "constructs";
import { PUBLISHER_ENVIRONMENT } from "../../functions/environment";
import { MESSAGE_BYTES } from "../limits";
import { BODY_KEYS, type ResourceNames } from "../names";
import type { Settings } from "../settings";
import { bundledFunction } from "./bundled-function";
import type { Verification } from "./verification";

export interface PublisherProps extends Verification {
  readonly names: ResourceNames;
  readonly settings: Settings;
  /** Folder of the publisher's bundle. */
  readonly bundleDirectory: string;
  readonly queue: SqsQueue;
  readonly bodies: S3Bucket;
}

/** The function that puts events on the queue, and their bodies into the bucket where the queue takes none that large. */
export class Publisher extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: CloudwatchLogGroup;
  /** To be there before the first request is. */
  readonly rights: IamRolePolicy;

  constructor(scope: Construct, id: string, props: PublisherProps) {
    super(scope, id);
    const { queue, bodies, settings } = props;
    const made = bundledFunction(this, {
      names: props.names,
      settings,
      name: "publish",
      description: "Puts events on the queue.",
      bundleDirectory: props.bundleDirectory,
      size: settings.publisher,
      variables: publisherEnvironment(props),
      rights: [
        { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue.arn },
        { Effect: "Allow", Action: "s3:PutObject", Resource: `${bodies.arn}/${BODY_KEYS.inflight}*` },
        ...props.secretRights,
      ],
    });
    this.function = made.function;
    this.logGroup = made.logGroup;
    this.rights = made.rights;
  }
}

function publisherEnvironment({ queue, bodies, settings, sourcesVariables }: PublisherProps): Record<string, string> {
  const variables = PUBLISHER_ENVIRONMENT;
  return {
    [variables.eventsQueueUrl]: queue.url,
    [variables.bodiesBucketName]: bodies.bucket,
    [variables.maximumMessageBytes]: String(MESSAGE_BYTES.value),
    ...(settings.allowedCidrs === undefined ? {} : { [variables.allowedCidrs]: JSON.stringify(settings.allowedCidrs) }),
    ...sourcesVariables,
  };
}
