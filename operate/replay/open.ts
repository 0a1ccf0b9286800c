/** A deployed stack's table and secrets, as a replay uses them. */
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { judge } from "../../functions/secrets/judge";
import { SecretReader } from "../../functions/secrets/secret-reader";
import { secretStores } from "../../functions/secrets/secret-store";
import { DynamoDbEventStore, type DynamoDbStoreOptions } from "../../functions/stores/dynamodb";
import { openDynamoDbClient } from "../../functions/stores/dynamodb-client";
import { type RecordsPlace, RejectedRecords } from "./rejected-records";
import type { ReplayOptions } from "./replay";

/** Where everything is, and who asks. */
export type AwsPlace = Pick<DynamoDBClientConfig, "region" | "endpoint" | "credentials">;

export interface OpenStack extends Pick<ReplayOptions, "records" | "judge" | "store"> {
  close(): void;
}

/** @param table storing as its consumer does */
export function openStack(place: AwsPlace, table: RecordsPlace & DynamoDbStoreOptions): OpenStack {
  const client = openDynamoDbClient(place);
  const reader = new SecretReader(secretStores(place));
  return {
    records: new RejectedRecords(client, table),
    store: new DynamoDbEventStore(client, table),
    judge: (request, source, signal) => judge(request, source, reader, signal),
    close: () => client.destroy(),
  };
}
