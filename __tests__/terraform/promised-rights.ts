/** Everything that each role of an applied stack may do, and what its queues refuse: written down once more. */

/** Region and account of the emulated AWS. */
export const ACCOUNT = "us-east-1:123456789012";

interface Stack {
  /** The name of the bodies bucket; undefined with direct ingress. */
  readonly bucket: string | undefined;
  /** Whether somebody has to verify signatures. */
  readonly hasSources: boolean;
}

export function rights(name: string, { bucket, hasSources }: Stack): Record<string, readonly unknown[]> {
  const queue = `arn:aws:sqs:${ACCOUNT}:${name}-webhook-events`;
  const send = allow("sqs:SendMessage", queue);
  const bodies = `arn:aws:s3:::${bucket}`;
  const secrets = hasSources ? SECRETS : [];
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
        ? secrets
        : [
            allow("s3:GetObject", `${bodies}/inflight/*`),
            allow("s3:PutObject", `${bodies}/bodies/*`),
            allow("s3:ListBucket", bodies),
          ]),
      logs("consume"),
    ],
    ...(bucket === undefined
      ? { ingress: [send] }
      : { publish: [send, allow("s3:PutObject", `${bodies}/inflight/*`), ...secrets, logs("publish")] }),
  };
}

const allow = (Action: string | readonly string[], Resource: string | readonly string[]) => ({
  Effect: "Allow",
  Action,
  Resource,
});

const SECRETS = [
  allow("ssm:GetParameter", [`arn:aws:ssm:${ACCOUNT}:parameter/webhook/stripe`]),
  allow("secretsmanager:GetSecretValue", [
    `arn:aws:secretsmanager:${ACCOUNT}:secret:webhook/billing-??????`,
    `arn:aws:secretsmanager:${ACCOUNT}:secret:webhook/stripe-??????`,
  ]),
];

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
