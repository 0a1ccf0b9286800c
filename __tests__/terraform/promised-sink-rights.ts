/** Everything that each role of an applied stack with PostgreSQL may do, written down once more. */

import { ACCOUNT } from "./promised-rights";
import { EXISTING_DATABASE, type SinkVariant } from "./sink-variants";

/** What AWS completes. */
export interface Completed {
  /** Absent with direct ingress. */
  readonly bucket: string | undefined;
  /** Absent where nobody names one. */
  readonly secretArn: string | undefined;
}

const INTERFACES = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

export function sinkRights({ name, database, ingress }: SinkVariant, { bucket, secretArn }: Completed) {
  const of = (end: string) => `${name}-postgres-sink-${end}`;
  const queue = `arn:aws:sqs:${ACCOUNT}:${of("events")}`;
  const resourceId = database === "new" ? "db-M5ENSHXFPU6XHZ4G4ZEI5QIO2U" : EXISTING_DATABASE.resourceId;
  const login = (user: string) =>
    allow("rds-db:connect", `arn:aws:rds-db:${ACCOUNT}:dbuser:${resourceId}/webhook_${user}`);
  const logs = (end: string) =>
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], `arn:aws:logs:${ACCOUNT}:log-group:/aws/lambda/${of(end)}:*`);
  const inVpc = (end: string) => [
    allow(INTERFACES, "*"),
    {
      ...allow(INTERFACES, "*"),
      Effect: "Deny",
      Condition: { ArnEquals: { "lambda:SourceFunctionArn": `arn:aws:lambda:${ACCOUNT}:function:${of(end)}` } },
    },
    logs(end),
  ];
  const bodies = `arn:aws:s3:::${bucket}`;
  const send = allow("sqs:SendMessage", queue);
  return {
    consume: [
      allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue),
      login("consumer"),
      ...(ingress === "direct" ? [] : [allow("s3:GetObject", `${bodies}/inflight/*`), allow("s3:ListBucket", bodies)]),
      ...inVpc("consume"),
    ],
    ...(ingress === "direct"
      ? { ingress: [send] }
      : { publish: [send, allow("s3:PutObject", `${bodies}/inflight/*`), logs("publish")] }),
    ...(database === "by-hand"
      ? {}
      : {
          migrate: [login("migrator"), ...inVpc("migrate")],
          "migrate-start": [
            allow("secretsmanager:GetSecretValue", secretArn),
            allow("lambda:InvokeFunction", `arn:aws:lambda:${ACCOUNT}:function:${of("migrate")}`),
            logs("migrate-start"),
          ],
        }),
    retention: [login("retention"), ...inVpc("retention")],
  };
}

const allow = (Action: string | readonly string[], Resource: string | undefined) => ({
  Effect: "Allow",
  Action,
  Resource,
});
