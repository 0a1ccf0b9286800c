/** AWS list prices in one dated table, to be overridden where an account pays others. */

/** US dollars in us-east-1. */
export interface Prices {
  /** HTTP API, per million requests of up to 512 KB each, the first 300 million a month. */
  readonly httpApiPerMillion: number;
  /** SQS standard queue, per million requests of up to 64 KB each, after the first million. */
  readonly sqsPerMillion: number;
  readonly lambdaPerMillion: number;
  /** On arm64. */
  readonly lambdaPerGbSecond: number;
  /** DynamoDB on demand, per million write units of 1 KB. */
  readonly dynamoDbWritePerMillion: number;
  readonly s3PutPerMillion: number;
  readonly s3GetPerMillion: number;
  /** CloudWatch Logs, per GB ingested. */
  readonly logsPerGb: number;
  /** RDS for PostgreSQL on demand, one zone, per hour and instance class. A second zone costs as much again. */
  readonly rdsPerHour: Readonly<Record<string, number>>;
  /** RDS storage (gp3), one zone, per GB and month. */
  readonly rdsStoragePerGbMonth: number;
  /** Secrets Manager, per secret and month. */
  readonly secretPerMonth: number;
}

export const PRICES_AS_OF = "2026-11";

export const PRICES: Prices = {
  httpApiPerMillion: 1.0,
  sqsPerMillion: 0.4,
  lambdaPerMillion: 0.2,
  lambdaPerGbSecond: 0.0000133334,
  dynamoDbWritePerMillion: 0.625,
  s3PutPerMillion: 5.0,
  s3GetPerMillion: 0.4,
  logsPerGb: 0.5,
  // Classes on whose price several published copies of AWS's list agree; docs/capacity.md says which, and what is left out.
  rdsPerHour: {
    "db.t3.micro": 0.018,
    "db.t3.small": 0.036,
    "db.t3.medium": 0.072,
    "db.t3.large": 0.145,
    "db.t4g.micro": 0.016,
    "db.t4g.small": 0.032,
    "db.t4g.medium": 0.065,
    "db.t4g.large": 0.129,
  },
  rdsStoragePerGbMonth: 0.115,
  secretPerMonth: 0.4,
};
