import { MISTAKE_CODES } from "../../stacks/errors";
import { readSettings } from "../../stacks/settings";
import { messageFor, mistakesFor } from "./mistakes";
import { GITHUB, HMAC, NONE, SQUARE } from "./source-examples";

const DOMAIN = {
  name: "hooks.example.com",
  certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
};

test("an empty environment has every default", () => {
  expect(readSettings("dev", {})).toEqual({
    region: "us-east-1",
    ingress: "direct",
    senders: Object.fromEntries(
      [
        "github",
        "standard-webhooks",
        "svix",
        "stripe",
        "shopify",
        "slack",
        "square",
        "twilio",
        "zoom",
        "discord",
        "paypal",
      ].map((name) => [`/${name}`, name]),
    ),
    publisher: { memoryMb: 256, timeoutSeconds: 10 },
    sources: {},
    unmatched: "accept",
    rejected: { maxPerMinute: 60 },
    consumer: {
      maximumConcurrency: 20,
      batchSize: 10,
      batchWindowSeconds: 0,
      timeoutSeconds: 30,
      memoryMb: 256,
      runtime: "nodejs22.x",
      architecture: "arm64",
    },
    queue: { retentionDays: 14, deadLetterRetentionDays: 14, outageToleranceMinutes: 120 },
    table: {
      pointInTimeRecovery: true,
      deletionProtection: true,
      encryption: "aws-owned",
      rejectedExpiryDays: 90,
      indexShards: 8,
      compressOverBytes: 1024,
    },
    account: { lambdaConcurrency: 1000 },
    logs: { retentionDays: 30 },
    tags: {},
    state: { kind: "local" },
  });
});

describe("a mistake names the setting, its value, the limit, the source, what to do and a code", () => {
  test("a number out of range", () => {
    expect(messageFor({ consumer: { timeoutSeconds: 901 } })).toBe(`environments.ts has a mistake in "dev":

dev.consumer.timeoutSeconds is 901; it takes a whole number, 1 to 900 seconds.
  Source: Lambda quotas, function timeout
  Write such a value, or leave it out if it has a default (stacks/settings.ts).                      [SETTING_OUT_OF_RANGE]`);
  });

  test("an unknown key, with the known ones", () => {
    expect(messageFor({ queue: { retention: 4 } })).toBe(`environments.ts has a mistake in "dev":

dev.queue.retention is 4; there is no setting "retention" here, only retentionDays, deadLetterRetentionDays, outageToleranceMinutes.
  Source: stacks/settings.ts
  Correct its name, or remove it.                                                                    [SETTING_UNKNOWN]`);
  });

  test("an unknown key of a section that has kinds, with those of its kind", () => {
    expect(
      messageFor({ state: { kind: "s3", bucket: "acme-state", dynamodbTable: "locks" } }),
    ).toBe(`environments.ts has a mistake in "dev":

dev.state.dynamodbTable is "locks"; there is no setting "dynamodbTable" here, only kind, bucket, region, keyPrefix.
  Source: stacks/settings.ts
  Correct its name, or remove it.                                                                    [SETTING_UNKNOWN]`);
  });

  test("a bucket's name", () => {
    expect(messageFor({ state: { kind: "s3", bucket: "acme.state" } })).toBe(`environments.ts has a mistake in "dev":

dev.state.bucket is "acme.state"; it takes a bucket name: 3 to 63 lower-case letters, digits and hyphens, no start or end that S3 reserves.
  Source: S3 User Guide, bucket naming rules
  Write such a value, or leave it out if it has a default (stacks/settings.ts).                      [SETTING_INVALID]`);
  });

  test("a maximum concurrency of 1, and what it means", () => {
    expect(messageFor({ consumer: { maximumConcurrency: 1 } })).toBe(`environments.ts has a mistake in "dev":

dev.consumer.maximumConcurrency is 1; an event source mapping takes 2 or more; one at a time exists only through reserved concurrency, where an invocation too many is thrown away and costs its messages a receive.
  Source: Lambda API, ScalingConfig.MaximumConcurrency
  Set it to 2 or more, or set consumer.reservedConcurrency to 1 as well.                             [MAXIMUM_CONCURRENCY_ONE]`);
  });

  test("a batch without a window", () => {
    expect(messageFor({ consumer: { batchSize: 11 } })).toBe(`environments.ts has a mistake in "dev":

dev.consumer.batchSize is 11 with batchWindowSeconds 0; over 10 it needs a batch window of 1 second or more.
  Source: Lambda API, CreateEventSourceMapping, BatchSize
  Set consumer.batchWindowSeconds to 1 or more, or batchSize to 10 or less.                          [BATCH_NEEDS_WINDOW]`);
  });

  test("publisher settings where there is no publisher", () => {
    expect(messageFor({ publisher: { memoryMb: 512 } })).toBe(`environments.ts has a mistake in "dev":

dev.publisher is given with ingress "direct"; there is no publisher: API Gateway writes to the queue itself.
  Source: stacks/settings.ts
  Remove it, or set ingress to "lambda".                                                             [INGRESS_MISMATCH]`);
  });

  test("senders where every header travels anyway", () => {
    expect(messageFor({ ingress: "lambda", senders: {} })).toBe(`environments.ts has a mistake in "dev":

dev.senders is given with ingress "lambda"; it chooses the headers that travel, and the publisher sends all of them.
  Source: stacks/settings.ts
  Remove it, or set ingress to "direct".                                                             [INGRESS_MISMATCH]`);
  });

  test("a certificate of another region", () => {
    expect(messageFor({ region: "eu-central-1", domain: DOMAIN })).toBe(`environments.ts has a mistake in "dev":

dev.domain.certificateArn is "${DOMAIN.certificateArn}"; it is of us-east-1, and the API is in eu-central-1, where its certificate has to be too.
  Source: API Gateway Developer Guide, custom domain names for HTTP APIs
  Request or import the certificate in eu-central-1, or set region to "us-east-1".                   [CERTIFICATE_REGION]`);
  });

  test("a publisher that would outlive the API's patience", () => {
    expect(
      messageFor({ ingress: "lambda", publisher: { timeoutSeconds: 30 } }),
    ).toBe(`environments.ts has a mistake in "dev":

dev.publisher.timeoutSeconds is 30; it takes a whole number, 3 to 29 seconds.
  Source: API Gateway quotas for HTTP APIs, integration timeout of 30 s; our own: 2.5 s for the queue and S3
  Write such a value, or leave it out if it has a default (stacks/settings.ts).                      [SETTING_OUT_OF_RANGE]`);
  });

  test("a network with a bit behind its prefix", () => {
    expect(messageFor({ allowedCidrs: ["192.0.2.0/24", "192.0.2.7/24"] })).toBe(`environments.ts has a mistake in "dev":

dev.allowedCidrs.1 is "192.0.2.7/24"; it takes a network such as "192.0.2.0/24", "192.0.2.7/32" or "2001:db8::/32", no bit set behind its prefix.
  Source: RFC 4632 and RFC 4291, prefixes
  Write such a value, or leave it out if it has a default (stacks/settings.ts).                      [SETTING_INVALID]`);
  });

  test("two reservations that are too much together", () => {
    expect(
      messageFor({
        ingress: "lambda",
        consumer: { reservedConcurrency: 500 },
        publisher: { reservedConcurrency: 401 },
      }),
    ).toBe(`environments.ts has a mistake in "dev":

dev.publisher.reservedConcurrency is 401 beside consumer.reservedConcurrency 500; together that is 901, and of the account's 1000 at most 900 can be reserved, since 100 stay for other functions.
  Source: Lambda Developer Guide, reserved concurrency
  Set them to 900 or less together, or ask AWS for more and say so in account.lambdaConcurrency.     [ACCOUNT_CONCURRENCY_EXCEEDED]`);
  });

  test("a publisher that leaves the consumer too little", () => {
    expect(
      messageFor({
        ingress: "lambda",
        account: { lambdaConcurrency: 200 },
        consumer: { maximumConcurrency: 150 },
        publisher: { reservedConcurrency: 100 },
      }),
    ).toBe(`environments.ts has a mistake in "dev":

dev.consumer.maximumConcurrency is 150; the account runs 200 at once (account.lambdaConcurrency), 100 of them for others only (publisher.reservedConcurrency 100).
  Source: Lambda quotas, concurrent executions
  Set it to 100 or less, or ask AWS for more and say so in account.lambdaConcurrency.                [ACCOUNT_CONCURRENCY_EXCEEDED]`);
  });

  test("a consumer that leaves the publisher nothing", () => {
    expect(
      messageFor({ ingress: "lambda", account: { lambdaConcurrency: 10 }, consumer: { maximumConcurrency: 10 } }),
    ).toBe(`environments.ts has a mistake in "dev":

dev.consumer.maximumConcurrency is 10; the account runs 10 at once (account.lambdaConcurrency), and a publisher without any answers 5xx.
  Source: Lambda quotas, concurrent executions
  Set it to 9 or less, or ask AWS for more and say so in account.lambdaConcurrency.                  [ACCOUNT_CONCURRENCY_EXCEEDED]`);
  });

  test("all at once, and the rules between the settings that are right", () => {
    expect(
      messageFor({
        consumer: { maximumConcurrency: 50, reservedConcurrency: 49, batchSize: 0 },
        queue: { retentionDays: 5, deadLetterRetentionDays: 4 },
        regoin: "eu-central-1",
      }),
    ).toBe(`environments.ts has 4 mistakes in "dev":

dev.consumer.batchSize is 0; it takes a whole number, 1 to 10,000 messages.
  Source: Lambda API, CreateEventSourceMapping, BatchSize
  Write such a value, or leave it out if it has a default (stacks/settings.ts).                      [SETTING_OUT_OF_RANGE]

dev.regoin is "eu-central-1"; there is no setting "regoin" here, only region, ingress, publisher, sources, unmatched, rejected, senders, throttle, domain, allowedCidrs, consumer, queue, table, postgresSink, account, logs, tags, alarms, state.
  Source: stacks/settings.ts
  Correct its name, or remove it.                                                                    [SETTING_UNKNOWN]

dev.consumer.reservedConcurrency is 49; it is below maximumConcurrency 50, so invocations would be thrown away and good messages end in the dead-letter queue.
  Source: Lambda Developer Guide, maximum concurrency for SQS event sources
  Set it to 50 or more, lower maximumConcurrency, or leave it out.                                   [RESERVED_BELOW_MAXIMUM]

dev.queue.deadLetterRetentionDays is 4; it is below retentionDays 5, and a message's age counts from when it was accepted: it could be deleted as it arrives.
  Source: SQS Developer Guide, dead-letter queues and message retention
  Set it to 5 or more, or lower retentionDays.                                                       [RETENTION_ORDER]`);
  });
});

describe("zero is a value and never taken as unset", () => {
  test.each([
    ["throttle.ratePerSecond", { throttle: { ratePerSecond: 0, burst: 1 } }],
    ["throttle.burst", { throttle: { ratePerSecond: 1, burst: 0 } }],
    ["consumer.maximumConcurrency", { consumer: { maximumConcurrency: 0 } }],
    ["consumer.reservedConcurrency", { consumer: { reservedConcurrency: 0 } }],
    ["consumer.batchSize", { consumer: { batchSize: 0 } }],
    ["consumer.timeoutSeconds", { consumer: { timeoutSeconds: 0 } }],
    ["consumer.memoryMb", { consumer: { memoryMb: 0 } }],
    ["publisher.memoryMb", { ingress: "lambda", publisher: { memoryMb: 0 } }],
    ["publisher.timeoutSeconds", { ingress: "lambda", publisher: { timeoutSeconds: 0 } }],
    ["publisher.reservedConcurrency", { ingress: "lambda", publisher: { reservedConcurrency: 0 } }],
    ["queue.retentionDays", { queue: { retentionDays: 0 } }],
    ["queue.deadLetterRetentionDays", { queue: { deadLetterRetentionDays: 0 } }],
    ["queue.outageToleranceMinutes", { queue: { outageToleranceMinutes: 0 } }],
    ["table.eventExpiryDays", { table: { eventExpiryDays: 0 } }],
    ["table.rejectedExpiryDays", { table: { rejectedExpiryDays: 0 } }],
    ["table.indexShards", { table: { indexShards: 0 } }],
    ["account.lambdaConcurrency", { account: { lambdaConcurrency: 0 } }],
  ])("%s 0 is refused", (path, settings) => {
    expect(mistakesFor(settings)).toEqual([`${path} is 0 [SETTING_OUT_OF_RANGE]`]);
  });

  test("where 0 means something it stays 0", () => {
    const { consumer, table } = readSettings("dev", {
      consumer: { batchWindowSeconds: 0 },
      table: { compressOverBytes: 0 },
    });
    expect([consumer.batchWindowSeconds, table.compressOverBytes]).toEqual([0, 0]);
  });
});

describe("single settings", () => {
  test.each([
    [{ consumer: { timeoutSeconds: 1.5 } }, ["consumer.timeoutSeconds is 1.5 [SETTING_INVALID]"]],
    [{ consumer: { timeoutSeconds: "30" } }, ['consumer.timeoutSeconds is "30" [SETTING_INVALID]']],
    [{ consumer: { timeoutSeconds: null } }, ["consumer.timeoutSeconds is null [SETTING_INVALID]"]],
    [{ consumer: { timeoutSeconds: Number.NaN } }, ["consumer.timeoutSeconds is NaN [SETTING_INVALID]"]],
    [{ consumer: { runtime: "nodejs18.x" } }, ['consumer.runtime is "nodejs18.x" [SETTING_INVALID]']],
    [{ consumer: { architecture: "arm" } }, ['consumer.architecture is "arm" [SETTING_INVALID]']],
    [{ consumer: { memoryMb: 10_241 } }, ["consumer.memoryMb is 10241 [SETTING_OUT_OF_RANGE]"]],
    [{ consumer: 3 }, ["consumer is 3 [SETTING_INVALID]"]],
    [{ throttle: { ratePerSecond: 10 } }, ["throttle.burst is missing [SETTING_MISSING]"]],
    [{ ingress: "lambda" }, []],
    [{ ingress: "sqs" }, ['ingress is "sqs" [SETTING_INVALID]']],
    [{ ingress: "lambda", publisher: {} }, []],
    [{ ingress: "lambda", publisher: { timeoutSeconds: 3 } }, []],
    [{ ingress: "lambda", publisher: { timeoutSeconds: 2 } }, ["publisher.timeoutSeconds is 2 [SETTING_OUT_OF_RANGE]"]],
    [
      { ingress: "lambda", publisher: { runtime: "nodejs22.x" } },
      ['publisher.runtime is "nodejs22.x" [SETTING_UNKNOWN]'],
    ],
    [{ domain: DOMAIN }, []],
    [{ domain: { name: "hooks.example.com" } }, ["domain.certificateArn is missing [SETTING_MISSING]"]],
    [{ domain: { ...DOMAIN, name: "Hooks.example.com" } }, ['domain.name is "Hooks.example.com" [SETTING_INVALID]']],
    [
      { domain: { ...DOMAIN, name: "https://hooks.example.com" } },
      ['domain.name is "https://hooks.example.com" [SETTING_INVALID]'],
    ],
    [{ domain: { ...DOMAIN, name: "*.example.com" } }, ['domain.name is "*.example.com" [SETTING_INVALID]']],
    [{ domain: { ...DOMAIN, name: "hooks" } }, ['domain.name is "hooks" [SETTING_INVALID]']],
    [{ domain: { ...DOMAIN, name: "-hooks.example.com" } }, ['domain.name is "-hooks.example.com" [SETTING_INVALID]']],
    [{ domain: { ...DOMAIN, certificateArn: "x" } }, ['domain.certificateArn is "x" [SETTING_INVALID]']],
    [
      { domain: { ...DOMAIN, hostedZoneId: "/hostedzone/Z1" } },
      ['domain.hostedZoneId is "/hostedzone/Z1" [SETTING_INVALID]'],
    ],
    [{ allowedCidrs: [] }, ["allowedCidrs is [] [SETTING_OUT_OF_RANGE]"]],
    [{ allowedCidrs: "192.0.2.0/24" }, ['allowedCidrs is "192.0.2.0/24" [SETTING_INVALID]']],
    [{ allowedCidrs: [7] }, ["allowedCidrs.0 is 7 [SETTING_INVALID]"]],
    [{ allowedCidrs: ["192.0.2.0"] }, ['allowedCidrs.0 is "192.0.2.0" [SETTING_INVALID]']],
    [{ senders: { github: "github" } }, ['senders is given the key "github" [SETTING_INVALID]']],
    [{ senders: { "/github/": "github" } }, ['senders is given the key "/github/" [SETTING_INVALID]']],
    [{ senders: { "/{proxy+}": "github" } }, ['senders is given the key "/{proxy+}" [SETTING_INVALID]']],
    [{ senders: { "/a.b": "gitlab" } }, ['senders./a.b is "gitlab" [SETTING_INVALID]']],
    [{ logs: { retentionDays: 31 } }, ["logs.retentionDays is 31 [SETTING_INVALID]"]],
    [{ table: { rejectedExpiryDays: 13 } }, ["table.rejectedExpiryDays is 13 [SETTING_OUT_OF_RANGE]"]],
    [{ table: { compressOverBytes: 262_145 } }, ["table.compressOverBytes is 262145 [SETTING_OUT_OF_RANGE]"]],
    [{ table: { encryption: false } }, ["table.encryption is false [SETTING_INVALID]"]],
    [{ region: "Frankfurt" }, ['region is "Frankfurt" [SETTING_INVALID]']],
    [{ tags: { "aws:owner": "x" } }, ['tags is given the key "aws:owner" [SETTING_INVALID]']],
    [{ tags: { owner: "" } }, ['tags.owner is "" [SETTING_INVALID]']],
    [{ alarms: { email: "nobody" } }, ['alarms.email is "nobody" [SETTING_INVALID]']],
    [{ alarms: { topicArn: "alerts" } }, ['alarms.topicArn is "alerts" [SETTING_INVALID]']],
    [{ state: { kind: "gcs" } }, ['state.kind is "gcs" [SETTING_INVALID]']],
    [{ state: {} }, ["state.kind is missing [SETTING_MISSING]"]],
    [{ state: "s3" }, ['state is "s3" [SETTING_INVALID]']],
    [{ state: { kind: "s3" } }, ["state.bucket is missing [SETTING_MISSING]"]],
    [{ state: { kind: "s3", bucket: "Acme" } }, ['state.bucket is "Acme" [SETTING_INVALID]']],
    [{ state: { kind: "s3", bucket: "xn--acme" } }, ['state.bucket is "xn--acme" [SETTING_INVALID]']],
    [{ state: { kind: "s3", bucket: "acme", keyPrefix: "a//b" } }, ['state.keyPrefix is "a//b" [SETTING_INVALID]']],
    [{ state: { kind: "s3", bucket: "acme", keyPrefix: "../b" } }, ['state.keyPrefix is "../b" [SETTING_INVALID]']],
    [{ state: { kind: "s3", bucket: "acme", region: "here" } }, ['state.region is "here" [SETTING_INVALID]']],
    [{ state: { kind: "cloud" } }, ["state.organization is missing [SETTING_MISSING]"]],
    [
      { state: { kind: "cloud", organization: "acme", hostname: "https://tfe.example.com" } },
      ['state.hostname is "https://tfe.example.com" [SETTING_INVALID]'],
    ],
    [{ state: { kind: "cloud", organization: "acme", tags: [] } }, ["state.tags is [] [SETTING_OUT_OF_RANGE]"]],
    [
      { state: { kind: "cloud", organization: "acme", tags: ["a b"], workspacePrefix: "a b" } },
      ['state.workspacePrefix is "a b" [SETTING_INVALID]', 'state.tags.0 is "a b" [SETTING_INVALID]'],
    ],
    [undefined, [" is missing [SETTING_MISSING]"]],
    [[], [" is [] [SETTING_INVALID]"]],
  ])("%j", (settings, mistakes) => {
    expect(mistakesFor(settings)).toEqual(mistakes);
  });

  test("at most 40 networks, since they travel in a function's environment", () => {
    const allowedCidrs = Array.from({ length: 41 }, (_, i) => `192.0.2.${i}/32`);
    expect(mistakesFor({ allowedCidrs })).toHaveLength(1);
    expect(mistakesFor({ allowedCidrs: allowedCidrs.slice(1) })).toEqual([]);
  });

  test("at most 47 tags, since AWS allows 50 and three are the stack's", () => {
    const tags = Object.fromEntries(Array.from({ length: 48 }, (_, i) => [`tag${i}`, "x"]));
    expect(mistakesFor({ tags })).toHaveLength(1);
    delete tags.tag0;
    expect(mistakesFor({ tags })).toEqual([]);
  });
});

describe("rules between settings", () => {
  test.each([
    ["batch of 10 without a window", { consumer: { batchSize: 10, batchWindowSeconds: 0 } }, []],
    ["batch of 11 with a window", { consumer: { batchSize: 11, batchWindowSeconds: 1 } }, []],
    [
      "reserved below maximum",
      { consumer: { maximumConcurrency: 10, reservedConcurrency: 9 } },
      ["consumer.reservedConcurrency is 9 [RESERVED_BELOW_MAXIMUM]"],
    ],
    ["reserved equal to maximum", { consumer: { maximumConcurrency: 10, reservedConcurrency: 10 } }, []],
    [
      "one at a time, through reserved concurrency",
      { consumer: { maximumConcurrency: 1, reservedConcurrency: 1 } },
      [],
    ],
    [
      "one at a time with room for two",
      { consumer: { maximumConcurrency: 1, reservedConcurrency: 2 } },
      ["consumer.maximumConcurrency is 1 [MAXIMUM_CONCURRENCY_ONE]"],
    ],
    ["reserved up to what the account can reserve", { consumer: { reservedConcurrency: 900 } }, []],
    [
      "a reservation that the consumer's own maximum uses up",
      { consumer: { maximumConcurrency: 900, reservedConcurrency: 900 } },
      [],
    ],
    [
      "reserved over what the account can reserve",
      { consumer: { reservedConcurrency: 901 } },
      ["consumer.reservedConcurrency is 901 [ACCOUNT_CONCURRENCY_EXCEEDED]"],
    ],
    [
      "a new account with 10: neither the default maximum nor any reservation",
      { account: { lambdaConcurrency: 10 }, consumer: { reservedConcurrency: 20 } },
      [
        "consumer.maximumConcurrency is 20 [ACCOUNT_CONCURRENCY_EXCEEDED]",
        "consumer.reservedConcurrency is 20 [ACCOUNT_CONCURRENCY_EXCEEDED]",
      ],
    ],
    [
      "a new account with 10, used up",
      { account: { lambdaConcurrency: 10 }, consumer: { maximumConcurrency: 10 } },
      [],
    ],
    [
      "reservations up to what the account can reserve together",
      { ingress: "lambda", consumer: { reservedConcurrency: 500 }, publisher: { reservedConcurrency: 400 } },
      [],
    ],
    [
      "a reservation that is too high by itself is not told again as part of a sum",
      { ingress: "lambda", consumer: { reservedConcurrency: 500 }, publisher: { reservedConcurrency: 901 } },
      ["publisher.reservedConcurrency is 901 [ACCOUNT_CONCURRENCY_EXCEEDED]"],
    ],
    [
      "a new account with 10, one of them left for the publisher",
      { ingress: "lambda", account: { lambdaConcurrency: 10 }, consumer: { maximumConcurrency: 9 } },
      [],
    ],
    [
      "an account that runs one function at once",
      { ingress: "lambda", account: { lambdaConcurrency: 1 }, consumer: { maximumConcurrency: 2 } },
      ["consumer.maximumConcurrency is 2 [ACCOUNT_CONCURRENCY_EXCEEDED]"],
    ],
    ["senders that are left out", { ingress: "lambda", senders: undefined }, []],
    ["a certificate of the stack's region", { region: "us-east-1", domain: DOMAIN }, []],
    [
      "dead-letter queue forgets first",
      { queue: { retentionDays: 14, deadLetterRetentionDays: 13 } },
      ["queue.deadLetterRetentionDays is 13 [RETENTION_ORDER]"],
    ],
    [
      "tolerance as long as the retention",
      { queue: { retentionDays: 1, outageToleranceMinutes: 1440 } },
      ["queue.outageToleranceMinutes is 1440 [OUTAGE_TOLERANCE_TOO_LONG]"],
    ],
    [
      "tolerance of more receives than a queue counts",
      { consumer: { timeoutSeconds: 10 }, queue: { outageToleranceMinutes: 996 } },
      ["queue.outageToleranceMinutes is 996 [OUTAGE_TOLERANCE_TOO_LONG]"],
    ],
    [
      "tolerance of exactly 1,000 receives",
      { consumer: { timeoutSeconds: 10 }, queue: { outageToleranceMinutes: 995 } },
      [],
    ],
    [
      "expiry before a redrive can come back",
      { table: { eventExpiryDays: 27 } },
      ["table.eventExpiryDays is 27 [EXPIRY_TOO_SHORT]"],
    ],
    ["expiry after the last redrive", { table: { eventExpiryDays: 28 } }, []],
    ["alarms to nobody", { alarms: {} }, ["alarms is without a destination [ALARM_DESTINATION]"]],
    [
      "alarms to two",
      { alarms: { email: "a@example.com", topicArn: "arn:aws:sns:eu-central-1:123456789012:alerts" } },
      ["alarms is given both topicArn and email [ALARM_DESTINATION]"],
    ],
    [
      "workspaces by name and by tags",
      { state: { kind: "cloud", organization: "acme", tags: ["webhook"], workspacePrefix: "acme-" } },
      ["state is given both workspacePrefix and tags [STATE_WORKSPACES]"],
    ],
  ])("%s", (_, settings, mistakes) => {
    expect(mistakesFor(settings)).toEqual(mistakes);
  });

  test.each([
    [{ ingress: "lamda", publisher: {} }, ['ingress is "lamda" [SETTING_INVALID]']],
    [{ domain: { ...DOMAIN, name: 1 }, region: "eu-central-1" }, ["domain.name is 1 [SETTING_INVALID]"]],
    [
      { allowedCidrs: ["x"], consumer: { batchSize: 11 } },
      [
        'allowedCidrs.0 is "x" [SETTING_INVALID]',
        "consumer.batchSize is 11 with batchWindowSeconds 0 [BATCH_NEEDS_WINDOW]",
      ],
    ],
  ])("%j: rules say nothing about what is wrong by itself, and the others hold", (settings, mistakes) => {
    expect(mistakesFor(settings)).toEqual(mistakes);
  });

  test("a rule says nothing about a setting that is wrong by itself", () => {
    expect(mistakesFor({ consumer: { batchSize: 100, batchWindowSeconds: -1 } })).toEqual([
      "consumer.batchWindowSeconds is -1 [SETTING_OUT_OF_RANGE]",
    ]);
  });
});

test("every code of a mistake can be reached", () => {
  const all = [
    { a: 1, throttle: { burst: 1 }, region: 1, logs: 1, consumer: { batchSize: 0 } },
    { consumer: { batchSize: 11, maximumConcurrency: 1, reservedConcurrency: 901 }, alarms: {} },
    {
      consumer: { reservedConcurrency: 19 },
      queue: { deadLetterRetentionDays: 1, outageToleranceMinutes: 20_160 },
      table: { eventExpiryDays: 1 },
      publisher: {},
      domain: DOMAIN,
      region: "eu-central-1",
      state: { kind: "cloud", organization: "acme", tags: ["webhook"], workspacePrefix: "acme-" },
      postgresSink: { domain: DOMAIN },
    },
    {
      postgresSink: {
        consumer: { maximumConcurrency: 100 },
        database: { kind: "new", instanceClass: "db.t4g.micro", vcpus: 4, maxConnections: 200, storageCeilingGb: 21 },
        proxy: true,
      },
    },
    {
      region: "eu-central-1",
      postgresSink: {
        database: {
          kind: "existing",
          host: "events.example.com",
          name: "events",
          maxConnections: 100,
          vcpus: 4,
          resourceId: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
          administratorSecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:events-AbCdEf",
        },
      },
    },
    { unmatched: "reject" },
    {
      senders: { "/github": "stripe" },
      sources: {
        github: { ...GITHUB, types: { header: "x-type", accept: ["a"] } },
        open: { ...NONE, path: "/*", signature: { scheme: "none", secrets: ["ssm:x"] } },
        square: SQUARE,
        long: { ...HMAC, identity: { header: "x".repeat(64) }, types: { header: "y".repeat(64), accept: ["a"] } },
        hmac: { ...HMAC, signature: { ...HMAC.signature, signed: ["url"] } },
      },
      postgresSink: {},
    },
    { sources: { many: { ...NONE, types: { header: "x", accept: Array(50).fill("x".repeat(200)) } } } },
  ].flatMap((settings) => mistakesFor(settings).map((mistake) => /\[(\w+)\]$/.exec(mistake)?.[1]));
  expect(new Set(all)).toEqual(new Set(MISTAKE_CODES));
});
