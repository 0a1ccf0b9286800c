/** Numbers of a stack and of traffic that nothing gives way under; a test says what it is about. */
import type { StackNumbers, Traffic } from "../../../operate/capacity/stack-numbers";

type Change = Partial<Omit<StackNumbers, "consumer" | "queue">> & {
  readonly consumer?: Partial<StackNumbers["consumer"]>;
  readonly queue?: Partial<StackNumbers["queue"]>;
};

export function stackNumbers({ consumer = {}, queue = {}, ...change }: Change = {}): StackNumbers {
  return {
    stack: "webhook-test",
    sink: "dynamodb",
    ingress: "direct",
    throttle: undefined,
    indexShards: 8,
    accountConcurrency: 1_000,
    database: undefined,
    ...change,
    consumer: {
      maximumConcurrency: 20,
      reservedConcurrency: undefined,
      batchSize: 10,
      batchWindowSeconds: 0,
      timeoutSeconds: 30,
      memoryMb: 256,
      ...consumer,
    },
    queue: {
      visibilityTimeoutSeconds: 180,
      maxReceiveCount: 45,
      retentionDays: 14,
      maximumMessageBytes: 262_144,
      ...queue,
    },
  };
}

export function traffic(change: Partial<Traffic> = {}): Traffic {
  return {
    ratePerSecond: 0,
    burst: 4_000,
    burstSeconds: 1,
    bodyBytes: 1_024,
    storeMs: 100,
    outageSeconds: 0,
    ...change,
  };
}
