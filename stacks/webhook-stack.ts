import { join } from "node:path";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { bodyExpiryDays, maxReceiveCount, visibilityTimeoutSeconds } from "./capacity";
import { headerSets } from "./header-sets";
import { Alarms } from "./parts/alarms";
import { BodiesBucket } from "./parts/bodies-bucket";
import { Consumer, type ConsumerProps } from "./parts/consumer";
import { EventsQueue } from "./parts/events-queue";
import { EventsTable } from "./parts/events-table";
import { HttpApi } from "./parts/http-api";
import { DirectIngress } from "./parts/ingress-direct";
import { LambdaIngress } from "./parts/ingress-lambda";
import { addArchive, addAws } from "./parts/providers";
import { Publisher } from "./parts/publisher";
import { addState } from "./parts/state";
import { ReadableStack } from "./readable-stack";
import type { Settings } from "./settings";

export interface WebhookStackProps {
  /** Name of the environment: part of the name of every resource. */
  readonly environment: string;
  readonly settings: Settings;
  /** Where build.mjs put the functions' bundles, one folder a function. */
  readonly functionsDirectory: string;
}

/** What the consumer has to know of the way that events came. */
type IngressForConsumer = Pick<ConsumerProps, "headerSets" | "bodies" | "allowedCidrs">;

/** HTTP API → (publisher →) events queue → consumer → DynamoDB table. */
export class WebhookStack extends ReadableStack {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: WebhookStackProps,
  ) {
    super(scope, id);
    const { environment, settings } = props;
    addAws(this, settings.region, { project: "scalable-webhook", environment, stack: id, ...settings.tags });
    addArchive(this);
    addState(this, { environment, region: settings.region, state: settings.state });

    const visibilitySeconds = visibilityTimeoutSeconds(settings.consumer);
    const { queue, deadLetterQueue } = new EventsQueue(this, "events", {
      environment,
      retentionDays: settings.queue.retentionDays,
      deadLetterRetentionDays: settings.queue.deadLetterRetentionDays,
      visibilityTimeoutSeconds: visibilitySeconds,
      maxReceiveCount: maxReceiveCount(settings.queue.outageToleranceMinutes, visibilitySeconds),
    });
    const { table } = new EventsTable(this, "sink", { environment, settings: settings.table });
    const api = new HttpApi(this, "http", {
      environment,
      throttle: settings.throttle,
      logRetentionDays: settings.logs.retentionDays,
      domain: settings.domain,
    });
    const ingress =
      settings.ingress === "lambda" ? this.addLambdaIngress(api, queue) : this.addDirectIngress(api, queue);
    const consumer = new Consumer(this, "consumer", {
      environment,
      settings,
      bundleDirectory: this.bundleDirectory("consume"),
      queue,
      table,
      ...ingress,
    });
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

    this.output("url", "Where senders send to", api.url);
    if (api.domainTarget !== undefined) {
      this.output("domain_target", "What the domain's name must point at", api.domainTarget);
    }
    this.output("events_queue_url", "Queue of accepted events", queue.url);
    this.output("dead_letter_queue_url", "Queue of what could not even be recorded", deadLetterQueue.url);
    this.output("events_table_name", "Table of stored events", table.name);
    this.output("consumer_function_name", "Function that stores events", consumer.function.functionName);
    this.output("access_log_group_name", "A line for every request", api.accessLog.name);
    this.output("consumer_log_group_name", "A line for every event and stage", consumer.logGroup.name);
  }

  /** The consumer looks at the source: nothing before it can. */
  private addDirectIngress(api: HttpApi, queue: SqsQueue): IngressForConsumer {
    const { environment, settings } = this.props;
    const { senders, allowedCidrs } = settings;
    new DirectIngress(this, "ingress", { environment, api, queue, senders });
    // Of every sender: a message of one that the settings had yesterday may still be queued, or come back by a redrive.
    return { headerSets: headerSets(), allowedCidrs };
  }

  /** The publisher looks at the source, so that whatever it has accepted is stored. */
  private addLambdaIngress(api: HttpApi, queue: SqsQueue): IngressForConsumer {
    const { environment, settings } = this.props;
    const { bucket: bodies } = new BodiesBucket(this, "bodies", {
      environment,
      isDisposable: !settings.table.deletionProtection,
      expiryDays: bodyExpiryDays(settings.queue, settings.table),
    });
    const publisher = new Publisher(this, "publisher", {
      environment,
      settings,
      bundleDirectory: this.bundleDirectory("publish"),
      queue,
      bodies,
    });
    new LambdaIngress(this, "ingress", { api, publisher });
    this.output("publisher_function_name", "Function that puts events on the queue", publisher.function.functionName);
    this.output("publisher_log_group_name", "A line for every event it accepted or refused", publisher.logGroup.name);
    this.output("bodies_bucket_name", "Bodies too large for a message or an item", bodies.bucket);
    return { bodies };
  }

  private bundleDirectory(name: string): string {
    return join(this.props.functionsDirectory, name);
  }

  private output(name: string, description: string, value: string): void {
    new TerraformOutput(this, name, { description, value });
  }
}
