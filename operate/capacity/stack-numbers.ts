/** What the plan needs to know of a stack, and of what is sent to it: numbers only, whatever they were read from. */

/** One stack: its API, its queue and the consumer before its sink. */
export interface StackNumbers {
  /** Name of the stack, such as "webhook-dev". */
  readonly stack: string;
  readonly sink: "dynamodb" | "postgres";
  readonly ingress: "direct" | "lambda";
  /** Of the stage; undefined: the account's own limits. */
  readonly throttle: { readonly ratePerSecond: number; readonly burst: number } | undefined;
  readonly consumer: {
    /** The event source mapping's, 2 or more. */
    readonly maximumConcurrency: number;
    readonly reservedConcurrency: number | undefined;
    readonly batchSize: number;
    readonly batchWindowSeconds: number;
    readonly timeoutSeconds: number;
    readonly memoryMb: number;
  };
  readonly queue: {
    readonly visibilityTimeoutSeconds: number;
    readonly maxReceiveCount: number;
    readonly retentionDays: number;
    readonly maximumMessageBytes: number;
  };
  /** Of the DynamoDB table's index by source. */
  readonly indexShards: number | undefined;
  /** Concurrent executions of the account. */
  readonly accountConcurrency: number;
  /** A database that the stack makes; undefined for a table, and for a database that is there anyway. */
  readonly database: DatabaseNumbers | undefined;
}

export interface DatabaseNumbers {
  readonly instanceClass: string;
  readonly storageGb: number;
  readonly multiAz: boolean;
}

/** What is sent, and what becomes of it. */
export interface Traffic {
  /** Events a second, all the time. */
  readonly ratePerSecond: number;
  /** Events on top of it. */
  readonly burst: number;
  /** Time over which the burst comes. */
  readonly burstSeconds: number;
  readonly bodyBytes: number;
  /** What the consumer takes for a batch, sink included. */
  readonly storeMs: number;
  /** How long the sink is down from the start of the burst on. */
  readonly outageSeconds: number;
}
