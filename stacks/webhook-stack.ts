import type { Construct } from "constructs";
import { bodyExpiryDays } from "./capacity";
import { IntakeStack, type StackProps } from "./intake-stack";
import { ResourceNames } from "./names";
import { Consumer } from "./parts/consumer";
import { EventsTable } from "./parts/events-table";
import { tableSinkRights, tableSinkVariables } from "./parts/table-sink";

/** HTTP API → (publisher →) events queue → consumer → DynamoDB table. */
export class WebhookStack extends IntakeStack {
  constructor(scope: Construct, id: string, props: StackProps) {
    const { settings } = props;
    const names = new ResourceNames(props.environment, "webhook");
    super(scope, id, {
      ...props,
      names,
      consumer: settings.consumer,
      domain: settings.domain,
      bodies: {
        isDisposable: !settings.table.deletionProtection,
        expiryDays: bodyExpiryDays(settings.queue, settings.table),
      },
    });
    const { table } = new EventsTable(this, "sink", { names, settings: settings.table });
    const consumer = new Consumer(this, "consumer", {
      names,
      settings,
      consumer: settings.consumer,
      bundleDirectory: this.bundleDirectory("consume"),
      queue: this.queue,
      variables: tableSinkVariables(settings, table, this.arrivals),
      rights: tableSinkRights(table, this.arrivals),
    });
    this.output("events_table_name", "Table of stored events", table.name);
    this.finish(consumer);
  }
}
