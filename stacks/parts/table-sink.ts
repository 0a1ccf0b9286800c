import type { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { CONSUMER_ENVIRONMENT } from "../../functions/environment";
import { BODY_KEYS } from "../names";
import type { Statement } from "../policy";
import type { Settings } from "../settings";
import { type Arrivals, readBodyRights } from "./arrivals";

/** What the consumer may do to store in the table: an event, and a body that its item cannot hold. */
export function tableSinkRights(table: DynamodbTable, { bodies, secretRights = [] }: Arrivals): Statement[] {
  return [
    { Effect: "Allow", Action: ["dynamodb:PutItem", "dynamodb:GetItem"], Resource: table.arn },
    ...(bodies === undefined ? [] : bodyRights(bodies)),
    ...secretRights,
  ];
}

/** To read a body, and to copy it: a copy reads its source and writes its target (S3 API, CopyObject, permissions). */
function bodyRights(bodies: S3Bucket): Statement[] {
  const [read, ...others] = readBodyRights(bodies);
  return [read, { Effect: "Allow", Action: "s3:PutObject", Resource: `${bodies.arn}/${BODY_KEYS.kept}*` }, ...others];
}

/** What the consumer is told where the table is its sink. */
export function tableSinkVariables(
  { ingress, table: settings, rejected }: Pick<Settings, "ingress" | "table" | "rejected">,
  table: DynamodbTable,
  { headerSets, bodies, allowedCidrs, sourcesVariables }: Arrivals,
): Record<string, string> {
  const names = CONSUMER_ENVIRONMENT;
  return {
    [names.eventsTableName]: table.name,
    [names.ingress]: ingress,
    ...(headerSets === undefined ? {} : { [names.headerSets]: JSON.stringify(headerSets) }),
    [names.indexShards]: String(settings.indexShards),
    [names.compressOverBytes]: String(settings.compressOverBytes),
    ...(settings.eventExpiryDays === undefined ? {} : { [names.eventExpiryDays]: String(settings.eventExpiryDays) }),
    [names.rejectedExpiryDays]: String(settings.rejectedExpiryDays),
    ...(bodies === undefined ? {} : { [names.bodiesBucketName]: bodies.bucket }),
    ...(allowedCidrs === undefined ? {} : { [names.allowedCidrs]: JSON.stringify(allowedCidrs) }),
    ...sourcesVariables,
    [names.rejectedMaxPerMinute]: String(rejected.maxPerMinute),
  };
}
