/** The stacks of an environment as the planner takes them: plain numbers out of checked settings. */
import type { StackNumbers } from "../operate/capacity/stack-numbers";
import {
  type ConnectionBudget,
  mappingMaximumConcurrency,
  maxReceiveCount,
  sinkBudget,
  visibilityTimeoutSeconds,
} from "../stacks/capacity";
import { MESSAGE_BYTES } from "../stacks/limits";
import type { Settings } from "../stacks/settings";

export interface PlannedStack {
  readonly numbers: StackNumbers;
  /** Where the sink is a database. */
  readonly budget?: ConnectionBudget;
}

export function numbersOf(environment: string, settings: Settings): readonly PlannedStack[] {
  const { table, postgresSink } = settings;
  const webhook: PlannedStack = {
    numbers: {
      ...shared(settings, settings.consumer),
      stack: `webhook-${environment}`,
      sink: "dynamodb",
      indexShards: table.indexShards,
      database: undefined,
    },
  };
  if (postgresSink === undefined) return [webhook];
  const { consumer, database } = postgresSink;
  const postgres: PlannedStack = {
    numbers: {
      ...shared(settings, consumer),
      stack: `postgres-sink-${environment}`,
      sink: "postgres",
      indexShards: undefined,
      database: database.kind === "new" ? database : undefined,
    },
    budget: sinkBudget(postgresSink),
  };
  return [webhook, postgres];
}

type Consumer = Pick<
  Settings["consumer"],
  "maximumConcurrency" | "reservedConcurrency" | "batchSize" | "batchWindowSeconds" | "timeoutSeconds" | "memoryMb"
>;

function shared({ ingress, throttle, queue, account }: Settings, consumer: Consumer) {
  const visibility = visibilityTimeoutSeconds(consumer);
  return {
    ingress,
    throttle,
    consumer: {
      ...consumer,
      maximumConcurrency: mappingMaximumConcurrency(consumer.maximumConcurrency),
      reservedConcurrency: consumer.reservedConcurrency,
    },
    queue: {
      visibilityTimeoutSeconds: visibility,
      maxReceiveCount: maxReceiveCount(queue.outageToleranceMinutes, visibility),
      retentionDays: queue.retentionDays,
      maximumMessageBytes: MESSAGE_BYTES.value,
    },
    accountConcurrency: account.lambdaConcurrency,
  };
}
