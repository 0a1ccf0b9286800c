import { PutObjectCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";
import { messageAttributes } from "./message";
import type { Publisher } from "./publish";

/**
 * Two attempts, because a connection can have been closed while the environment was frozen; both together end when the
 * request's time is up. An environment has one request at a time, and so one connection to each.
 */
const CALLS = {
  maxAttempts: 2,
  requestHandler: {
    connectionTimeout: 700,
    requestTimeout: 1_500,
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: true },
    httpsAgent: { keepAlive: true },
  },
} as const satisfies SQSClientConfig & S3ClientConfig;

/** How the publisher writes bodies and messages. Each client is made once. */
export function awsCalls(
  { eventsQueueUrl, bodiesBucketName }: { readonly eventsQueueUrl: string; readonly bodiesBucketName: string },
  overrides: SQSClientConfig & S3ClientConfig = {},
): Pick<Publisher, "writeBody" | "send"> {
  const sqs = new SQSClient({ ...CALLS, ...overrides });
  let s3: S3Client | undefined;
  return {
    async writeBody({ key, sha256 }, body, abortSignal) {
      // Most environments never see a large body.
      s3 ??= new S3Client({ ...CALLS, expectContinueHeader: false, ...overrides });
      const put = new PutObjectCommand({
        Bucket: bodiesBucketName,
        Key: key,
        Body: body,
        ContentType: "application/octet-stream",
        // S3 refuses what arrived otherwise than the claim says.
        ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64"),
      });
      await s3.send(put, { abortSignal });
    },
    async send(message, abortSignal) {
      const send = new SendMessageCommand({
        QueueUrl: eventsQueueUrl,
        MessageBody: message.body,
        MessageAttributes: messageAttributes(message),
      });
      const { MessageId } = await sqs.send(send, { abortSignal });
      if (MessageId === undefined) throw new Error("SQS answered without a message id");
      return MessageId;
    },
  };
}
