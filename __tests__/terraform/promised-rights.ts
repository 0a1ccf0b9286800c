/** Everything that each role of an applied stack may do, and what its queues refuse: written down once more. */

/** Region and account of the emulated AWS. */
export const ACCOUNT = "us-east-1:123456789012";

/** @param bucket the name of the bodies bucket; undefined with direct ingress */
export function rights(name: string, bucket: string | undefined): Record<string, readonly unknown[]> {
  const queue = `arn:aws:sqs:${ACCOUNT}:${name}-webhook-events`;
  const send = allow("sqs:SendMessage", queue);
  const bodies = `arn:aws:s3:::${bucket}`;
  const logs = (end: string) =>
    allow(
      ["logs:CreateLogStream", "logs:PutLogEvents"],
      `arn:aws:logs:${ACCOUNT}:log-group:/aws/lambda/${name}-webhook-${end}:*`,
    );
  return {
    consume: [
      allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue),
      allow(["dynamodb:PutItem", "dynamodb:GetItem"], `arn:aws:dynamodb:${ACCOUNT}:table/${name}-webhook-events`),
      ...(bucket === undefined
        ? []
        : [
            allow("s3:GetObject", `${bodies}/inflight/*`),
            allow("s3:PutObject", `${bodies}/bodies/*`),
            allow("s3:ListBucket", bodies),
          ]),
      logs("consume"),
    ],
    ...(bucket === undefined
      ? { ingress: [send] }
      : { publish: [send, allow("s3:PutObject", `${bodies}/inflight/*`), logs("publish")] }),
  };
}

const allow = (Action: string | readonly string[], Resource: string) => ({ Effect: "Allow", Action, Resource });

/** A queue's policy. */
export const refusingPlainHttp = (Resource: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ],
});
