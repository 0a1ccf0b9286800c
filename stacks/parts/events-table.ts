import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { Construct } from "constructs";
import { EVENTS_INDEX, type ResourceNames } from "../names";
import type { Settings } from "../settings";

export interface EventsTableProps {
  readonly names: ResourceNames;
  readonly settings: Settings["table"];
}

/** Where events end. One key, whose prefix keeps events apart from rejected, failed and conflict records. */
export class EventsTable extends Construct {
  readonly table: DynamodbTable;

  constructor(scope: Construct, id: string, { names, settings }: EventsTableProps) {
    super(scope, id);
    this.table = new DynamodbTable(this, "table", {
      name: names.of("events"),
      billingMode: "PAY_PER_REQUEST",
      hashKey: "pk",
      attribute: [
        { name: "pk", type: "S" },
        { name: "receivedAt", type: "S" },
        { name: "sourceShard", type: "S" },
      ],
      globalSecondaryIndex: [
        {
          name: EVENTS_INDEX,
          hashKey: "sourceShard",
          rangeKey: "receivedAt",
          projectionType: "INCLUDE",
          nonKeyAttributes: ["state"],
        },
      ],
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: settings.pointInTimeRecovery },
      // false is not "no encryption": the table is then encrypted under a key that AWS owns.
      serverSideEncryption: { enabled: settings.encryption === "aws-managed" },
      deletionProtectionEnabled: settings.deletionProtection,
    });
  }
}
