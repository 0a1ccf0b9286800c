import { join } from "node:path";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { dependable, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Account } from "./arn";
import { maxReceiveCount, visibilityTimeoutSeconds } from "./capacity";
import type { ConsumerSettings } from "./consumer-settings";
import { headerSets } from "./header-sets";
import type { ResourceNames } from "./names";
import { Alarms } from "./parts/alarms";
import type { Arrivals } from "./parts/arrivals";
import { BodiesBucket, type BodiesBucketProps } from "./parts/bodies-bucket";
import type { Consumer } from "./parts/consumer";
import { EventsQueue } from "./parts/events-queue";
import { HttpApi } from "./parts/http-api";
import { DirectIngress } from "./parts/ingress-direct";
import { LambdaIngress } from "./parts/ingress-lambda";
import { addArchive, addAws } from "./parts/providers";
import { Publisher } from "./parts/publisher";
import { addState } from "./parts/state";
import { countUnverified, verificationOf } from "./parts/verification";
import { ReadableStack } from "./readable-stack";
import type { Settings } from "./settings";
import { ownSets } from "./source-headers";
import { sourcesOf } from "./sources";

/** What whoever makes a stack says. */
export interface StackProps {
  /** Name of the environment: part of the name of every resource. */
  readonly environment: string;
  readonly settings: Settings;
  /** Where build.mjs put the functions' bundles, one folder a function. */
  readonly functionsDirectory: string;
}

/** What a stack says of itself and its sink. */
export interface IntakeProps extends StackProps {
  readonly names: ResourceNames;
  readonly consumer: ConsumerSettings;
  /** @default the API's own URL */
  readonly domain: Settings["domain"];
  /** How the bodies that no message holds are kept. */
  readonly bodies: Pick<BodiesBucketProps, "isDisposable" | "expiryDays">;
}

/** HTTP API → (publisher →) events queue: what every stack has in front of its consumer. */
export abstract class IntakeStack extends ReadableStack {
  protected readonly queue: SqsQueue;
  /** How the events come that the queue holds. */
  protected readonly arrivals: Arrivals;
  private readonly deadLetterQueue: SqsQueue;
  private readonly api: HttpApi;
  private publisher: Publisher | undefined;
  private directIngress: DirectIngress | undefined;
  private knownAccount: Account | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly intake: IntakeProps,
  ) {
    super(scope, id);
    const { environment, settings, names, consumer, domain } = intake;
    addAws(this, settings.region, { project: "scalable-webhook", environment, stack: id, ...settings.tags });
    addArchive(this);
    addState(this, { environment, region: settings.region, state: settings.state });

    const visibilitySeconds = visibilityTimeoutSeconds(consumer);
    const queues = new EventsQueue(this, "events", {
      names,
      retentionDays: settings.queue.retentionDays,
      deadLetterRetentionDays: settings.queue.deadLetterRetentionDays,
      visibilityTimeoutSeconds: visibilitySeconds,
      maxReceiveCount: maxReceiveCount(settings.queue.outageToleranceMinutes, visibilitySeconds),
    });
    this.queue = queues.queue;
    this.deadLetterQueue = queues.deadLetterQueue;
    const { throttle, logs } = settings;
    this.api = new HttpApi(this, "http", { names, throttle, logRetentionDays: logs.retentionDays, domain });
    this.arrivals = settings.ingress === "lambda" ? this.addLambdaIngress() : this.addDirectIngress();
  }

  /** The alarms that the settings ask for, and the outputs that every stack has. */
  protected finish(consumer: Consumer): void {
    const { names, settings } = this.intake;
    // A consumer of the version before does not know what a publisher of this one writes: it is changed first.
    if (this.publisher !== undefined) this.publisher.function.dependsOn = [dependable(consumer.function)];
    this.directIngress?.sendSourcesAfter(consumer.function);
    if (settings.alarms !== undefined) {
      new Alarms(this, "alarms", {
        names,
        destination: settings.alarms,
        queue: this.queue,
        deadLetterQueue: this.deadLetterQueue,
        retentionDays: settings.queue.retentionDays,
        function: consumer.function,
        logGroup: consumer.logGroup,
      });
    }
    countUnverified(this, { names, settings, logGroup: (this.publisher ?? consumer).logGroup });
    const { api } = this;
    this.output("url", "Where senders send to", api.url);
    if (api.domainTarget !== undefined) {
      this.output("domain_target", "What the domain's name must point at", api.domainTarget);
    }
    this.output("events_queue_url", "Queue of accepted events", this.queue.url);
    this.output("dead_letter_queue_url", "Queue of what could not even be recorded", this.deadLetterQueue.url);
    this.output("consumer_function_name", "Function that stores events", consumer.function.functionName);
    this.output("access_log_group_name", "A line for every request", api.accessLog.name);
    this.output("consumer_log_group_name", "A line for every event and stage", consumer.logGroup.name);
  }

  /** Who deploys the stack, asked for by what has to name something there that it does not make. */
  protected get account(): Account {
    this.knownAccount ??= {
      region: this.intake.settings.region,
      accountId: new DataAwsCallerIdentity(this, "account", {}).accountId,
    };
    return this.knownAccount;
  }

  /** The consumer looks at addresses and signatures: nothing before it can. */
  private addDirectIngress(): Arrivals {
    const { names, settings } = this.intake;
    const { senders, allowedCidrs } = settings;
    const sources = sourcesOf(settings);
    this.directIngress = new DirectIngress(this, "ingress", {
      names,
      api: this.api,
      queue: this.queue,
      senders,
      sources,
    });
    // Of every sender: a message of one that the settings had yesterday may still be queued, or come back by a redrive.
    return { headerSets: headerSets(ownSets(sources)), allowedCidrs, ...verificationOf(settings, () => this.account) };
  }

  /** The publisher looks at addresses and signatures, so that whatever it has accepted is stored. */
  private addLambdaIngress(): Arrivals {
    const { names, settings } = this.intake;
    const { bucket: bodies } = new BodiesBucket(this, "bodies", { names, ...this.intake.bodies });
    const publisher = new Publisher(this, "publisher", {
      names,
      settings,
      bundleDirectory: this.bundleDirectory("publish"),
      queue: this.queue,
      bodies,
      ...verificationOf(settings, () => this.account),
    });
    this.publisher = publisher;
    new LambdaIngress(this, "ingress", { api: this.api, publisher });
    this.output("publisher_function_name", "Function that puts events on the queue", publisher.function.functionName);
    this.output("publisher_log_group_name", "A line for every event it accepted or refused", publisher.logGroup.name);
    this.output("bodies_bucket_name", "Bodies too large for a message or an item", bodies.bucket);
    return { bodies };
  }

  protected bundleDirectory(name: string): string {
    return join(this.intake.functionsDirectory, name);
  }

  protected output(name: string, description: string, value: string | number): void {
    new TerraformOutput(this, name, { description, value });
  }
}
