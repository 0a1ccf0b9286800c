import { join } from "node:path";
import { TerraformElement, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";
import { maxReceiveCount, visibilityTimeoutSeconds } from "./capacity";
import { Alarms } from "./parts/alarms";
import { Consumer } from "./parts/consumer";
import { EventsQueue } from "./parts/events-queue";
import { EventsTable } from "./parts/events-table";
import { HttpApi } from "./parts/http-api";
import { DirectIngress } from "./parts/ingress-direct";
import { addProviders } from "./parts/providers";
import { addState } from "./parts/state";
import type { Settings } from "./settings";

export interface WebhookStackProps {
  /** Name of the environment: starts the name of every resource. */
  readonly environment: string;
  readonly settings: Settings;
  /** Where build.mjs put the functions' bundles, one folder a function. */
  readonly functionsDirectory: string;
}

/** HTTP API → events queue → consumer → DynamoDB table. */
export class WebhookStack extends TerraformStack {
  constructor(scope: Construct, id: string, { environment, settings, functionsDirectory }: WebhookStackProps) {
    super(scope, id);
    addProviders(this, settings.region, { project: "scalable-webhook", environment, stack: id, ...settings.tags });
    addState(this);

    const visibilitySeconds = visibilityTimeoutSeconds(settings.consumer);
    const { queue, deadLetterQueue } = new EventsQueue(this, "events", {
      environment,
      retentionDays: settings.queue.retentionDays,
      deadLetterRetentionDays: settings.queue.deadLetterRetentionDays,
      visibilityTimeoutSeconds: visibilitySeconds,
      maxReceiveCount: maxReceiveCount(settings.queue.outageToleranceMinutes, visibilitySeconds),
    });
    const { table } = new EventsTable(this, "sink", { environment, settings: settings.table });
    const consumer = new Consumer(this, "consumer", {
      environment,
      settings,
      bundleDirectory: join(functionsDirectory, "consume"),
      queue,
      table,
    });
    const api = new HttpApi(this, "http", {
      environment,
      throttle: settings.throttle,
      logRetentionDays: settings.logs.retentionDays,
    });
    new DirectIngress(this, "ingress", { environment, api, queue, senders: settings.senders });
    if (settings.alarms !== undefined) {
      new Alarms(this, "alarms", {
        environment,
        destination: settings.alarms,
        queue,
        deadLetterQueue,
        retentionDays: settings.queue.retentionDays,
        function: consumer.function,
      });
    }

    this.output("url", "Where senders send to", api.api.apiEndpoint);
    this.output("events_queue_url", "Queue of accepted events", queue.url);
    this.output("dead_letter_queue_url", "Queue of what could not even be recorded", deadLetterQueue.url);
    this.output("events_table_name", "Table of stored events", table.name);
    this.output("consumer_function_name", "Function that stores events", consumer.function.functionName);
    this.output("access_log_group_name", "A line for every request", api.accessLog.name);
    this.output("consumer_log_group_name", "A line for every event and stage", consumer.logGroup.name);
  }

  private output(name: string, description: string, value: string): void {
    new TerraformOutput(this, name, { description, value });
  }

  /** The path of ids, such as aws_sqs_queue.events_queue, without cdktf's hash: readable in a plan. */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const ids = node.scopes.slice(node.scopes.indexOf(this) + 1).map((scope) => scope.node.id);
    return ids.join("_");
  }
}
