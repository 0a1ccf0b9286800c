import { environments } from "../../environments";
import { sinkBudget } from "../../stacks/capacity";
import { readSettings } from "../../stacks/settings";
import { messageFor, mistakesFor } from "./mistakes";

const NETWORK = {
  kind: "existing",
  subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  securityGroupId: "sg-0123456789abcdef0",
};
const DATABASE = {
  kind: "existing",
  host: "events.abcdefghijkl.us-east-1.rds.amazonaws.com",
  name: "events",
  maxConnections: 100,
  vcpus: 2,
  resourceId: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
};
const SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-12345678-AbCdEf";
const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";

const sink = (postgresSink: object) => mistakesFor({ postgresSink });
const network = (given: object) => sink({ network: { kind: "new", ...given } });
const database = (given: object) => sink({ database: { kind: "new", ...given } });
const existing = (given: object) => sink({ network: NETWORK, database: { ...DATABASE, ...given } });

test("no block is no stack", () => {
  expect(readSettings("dev", {}).postgresSink).toBeUndefined();
});

test("an empty block has every default", () => {
  expect(readSettings("dev", { postgresSink: {} }).postgresSink).toEqual({
    consumer: { maximumConcurrency: 5, batchSize: 10, batchWindowSeconds: 0, timeoutSeconds: 30, memoryMb: 256 },
    network: { kind: "new", cidr: "10.60.0.0/16", zones: 2 },
    database: {
      kind: "new",
      engineVersion: "17",
      instanceClass: "db.t4g.medium",
      storageGb: 20,
      multiAz: false,
      backupDays: 7,
      deletionProtection: true,
      finalSnapshot: true,
      performanceInsights: true,
      maxConnections: 200,
      name: "webhook",
    },
    connections: { others: 10, administrative: 5, deployOverlap: 2, busyPerVcpu: 5 },
    retention: { rejectedExpiryDays: 90 },
    proxy: false,
  });
});

test("an existing database listens on PostgreSQL's port unless told otherwise", () => {
  const { postgresSink } = readSettings("dev", { postgresSink: { network: NETWORK, database: DATABASE } });
  expect(postgresSink?.database).toEqual({ ...DATABASE, port: 5_432 });
});

test("the environment for development has a small stack that can be thrown away, and its budget holds", () => {
  const { postgresSink: dev } = readSettings("dev", environments.dev);
  expect(dev?.database).toMatchObject({ deletionProtection: false, finalSnapshot: false, maxConnections: 40 });
  expect(dev && sinkBudget(dev)).toMatchObject({ budget: 14, demand: 12, consumerLimit: 12 });
});

describe("a network of its own", () => {
  test.each([
    [{ cidr: "10.0.0.0/16", zones: 6 }, []],
    [{ cidr: "172.31.0.0/16" }, []],
    [{ cidr: "192.168.4.0/24" }, []],
    [{ cidr: "10.0.0.0/8" }, ['postgresSink.network.cidr is "10.0.0.0/8" [SETTING_INVALID]']],
    [{ cidr: "10.60.0.0/25" }, ['postgresSink.network.cidr is "10.60.0.0/25" [SETTING_INVALID]']],
    [{ cidr: "10.60.1.0/16" }, ['postgresSink.network.cidr is "10.60.1.0/16" [SETTING_INVALID]']],
    [{ cidr: "8.8.0.0/16" }, ['postgresSink.network.cidr is "8.8.0.0/16" [SETTING_INVALID]']],
    [{ cidr: "172.32.0.0/16" }, ['postgresSink.network.cidr is "172.32.0.0/16" [SETTING_INVALID]']],
    [{ cidr: "fd00::/16" }, ['postgresSink.network.cidr is "fd00::/16" [SETTING_INVALID]']],
    [{ zones: 1 }, ["postgresSink.network.zones is 1 [SETTING_OUT_OF_RANGE]"]],
    [{ zones: 7 }, ["postgresSink.network.zones is 7 [SETTING_OUT_OF_RANGE]"]],
    [
      { subnetIds: NETWORK.subnetIds },
      [`postgresSink.network.subnetIds is ${JSON.stringify(NETWORK.subnetIds)} [SETTING_UNKNOWN]`],
    ],
  ])("%j", (given, mistakes) => {
    expect(network(given)).toEqual(mistakes);
  });
});

describe("an existing network", () => {
  test.each([
    [{}, []],
    [
      { subnetIds: NETWORK.subnetIds.slice(1) },
      ['postgresSink.network.subnetIds is ["subnet-0123456789abcdef1"] [SETTING_OUT_OF_RANGE]'],
    ],
    [
      { subnetIds: ["subnet-01234567", "subnet-01234567"] },
      ['postgresSink.network.subnetIds is ["subnet-01234567","subnet-01234567"] [SETTING_INVALID]'],
    ],
    [{ subnetIds: ["subnet-01234567", "a"] }, ['postgresSink.network.subnetIds.1 is "a" [SETTING_INVALID]']],
    [{ securityGroupId: "default" }, ['postgresSink.network.securityGroupId is "default" [SETTING_INVALID]']],
    [{ securityGroupId: undefined }, ["postgresSink.network.securityGroupId is missing [SETTING_MISSING]"]],
  ])("%j", (given, mistakes) => {
    expect(sink({ network: { ...NETWORK, ...given } })).toEqual(mistakes);
  });

  test("16 subnets are what a function takes, 17 are too many", () => {
    const subnetIds = Array.from({ length: 17 }, (_, i) => `subnet-${String(i).padStart(8, "0")}`);
    expect(sink({ network: { ...NETWORK, subnetIds: subnetIds.slice(1) } })).toEqual([]);
    expect(sink({ network: { ...NETWORK, subnetIds } })).toHaveLength(1);
  });
});

describe("a database of its own", () => {
  test.each([
    [{ engineVersion: "14.20" }, []],
    [{ engineVersion: "18" }, []],
    // It has no idle_session_timeout, which the consumer's user gets.
    [{ engineVersion: "13" }, ['postgresSink.database.engineVersion is "13" [SETTING_INVALID]']],
    [{ engineVersion: "17.1.2" }, ['postgresSink.database.engineVersion is "17.1.2" [SETTING_INVALID]']],
    [{ engineVersion: 17 }, ["postgresSink.database.engineVersion is 17 [SETTING_INVALID]"]],
    [{ instanceClass: "t4g.micro" }, ['postgresSink.database.instanceClass is "t4g.micro" [SETTING_INVALID]']],
    [{ storageGb: 19 }, ["postgresSink.database.storageGb is 19 [SETTING_OUT_OF_RANGE]"]],
    [{ storageGb: 65_537 }, ["postgresSink.database.storageGb is 65537 [SETTING_OUT_OF_RANGE]"]],
    [{ backupDays: 0 }, []],
    [{ backupDays: 35 }, []],
    [{ backupDays: 36 }, ["postgresSink.database.backupDays is 36 [SETTING_OUT_OF_RANGE]"]],
    [{ maxConnections: 5 }, ["postgresSink.database.maxConnections is 5 [SETTING_OUT_OF_RANGE]"]],
    [{ maxConnections: 262_144 }, ["postgresSink.database.maxConnections is 262144 [SETTING_OUT_OF_RANGE]"]],
    [{ name: "events_1" }, []],
    [{ name: "1events" }, ['postgresSink.database.name is "1events" [SETTING_INVALID]']],
    [{ name: "web-hook" }, ['postgresSink.database.name is "web-hook" [SETTING_INVALID]']],
    [{ name: "postgres" }, ['postgresSink.database.name is "postgres" [SETTING_INVALID]']],
    [{ name: "postgres_events" }, []],
    [{ name: "a".repeat(64) }, [`postgresSink.database.name is "${"a".repeat(64)}" [SETTING_INVALID]`]],
    [{ multiAz: "yes" }, ['postgresSink.database.multiAz is "yes" [SETTING_INVALID]']],
    [{ host: "a.example.com" }, ['postgresSink.database.host is "a.example.com" [SETTING_UNKNOWN]']],
    [{ kind: "rds" }, ['postgresSink.database.kind is "rds" [SETTING_INVALID]']],
  ])("%j", (given, mistakes) => {
    expect(database(given)).toEqual(mistakes);
  });

  test.each([
    [{ storageGb: 100, storageCeilingGb: 110 }, []],
    [
      { storageGb: 100, storageCeilingGb: 109 },
      ["postgresSink.database.storageCeilingGb is 109 [STORAGE_CEILING_TOO_LOW]"],
    ],
    [
      { storageGb: 25, storageCeilingGb: 27 },
      ["postgresSink.database.storageCeilingGb is 27 [STORAGE_CEILING_TOO_LOW]"],
    ],
    [{ storageGb: 25, storageCeilingGb: 28 }, []],
    [{ instanceClass: "db.t4g.micro", maxConnections: 112 }, []],
    [
      { instanceClass: "db.t4g.micro", maxConnections: 113 },
      ["postgresSink.database.maxConnections is 113 [MAX_CONNECTIONS_OVER_MEMORY]"],
    ],
    [
      { instanceClass: "db.z1d.large" },
      ['postgresSink.database.instanceClass is "db.z1d.large" [INSTANCE_CLASS_VCPUS]'],
    ],
    [{ instanceClass: "db.z1d.large", vcpus: 2 }, []],
    [{ instanceClass: "db.t4g.medium", vcpus: 2 }, []],
    [{ instanceClass: "db.t4g.medium", vcpus: 4 }, ["postgresSink.database.vcpus is 4 [INSTANCE_CLASS_VCPUS]"]],
  ])("%j follows what its class and RDS allow", (given, mistakes) => {
    expect(database(given)).toEqual(mistakes);
  });
});

describe("an existing database", () => {
  test.each([
    [{}, []],
    [{ host: "https://a.example.com" }, ['postgresSink.database.host is "https://a.example.com" [SETTING_INVALID]']],
    // Its certificate is for its name.
    [{ host: "10.0.0.7" }, ['postgresSink.database.host is "10.0.0.7" [SETTING_INVALID]']],
    [{ port: 1_149 }, ["postgresSink.database.port is 1149 [SETTING_OUT_OF_RANGE]"]],
    [{ resourceId: "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ" }, []],
    [{ resourceId: "events" }, ['postgresSink.database.resourceId is "events" [SETTING_INVALID]']],
    [{ vcpus: undefined }, ["postgresSink.database.vcpus is missing [SETTING_MISSING]"]],
    [{ administratorSecretArn: SECRET }, []],
    [
      { administratorSecretArn: "events" },
      ['postgresSink.database.administratorSecretArn is "events" [SETTING_INVALID]'],
    ],
    [
      { administratorSecretArn: SECRET.replace("us-east-1", "eu-west-1") },
      [`postgresSink.database.administratorSecretArn is "${SECRET.replace("us-east-1", "eu-west-1")}" [SECRET_REGION]`],
    ],
    [{ multiAz: true }, ["postgresSink.database.multiAz is true [SETTING_UNKNOWN]"]],
  ])("%j", (given, mistakes) => {
    expect(existing(given)).toEqual(mistakes);
  });

  test("cannot be reached from a network that is made now", () => {
    expect(messageFor({ postgresSink: { database: DATABASE } })).toBe(`environments.ts has a mistake in "dev":

dev.postgresSink.network.kind is "new" with database.kind "existing"; a VPC that is made now has no way to a database that is there already.
  Source: VPC User Guide: a VPC is isolated from others
  Set network to { kind: "existing", subnetIds: […], securityGroupId: "…" } of the database's VPC.   [NETWORK_MISMATCH]`);
  });
});

test("a proxy is refused with the version that it needs and those that the stacks take", () => {
  expect(messageFor({ postgresSink: { proxy: true } })).toBe(`environments.ts has a mistake in "dev":

dev.postgresSink.proxy is true; IAM from the function to the database (default_auth_scheme "IAM_AUTH") needs version 6 of the AWS provider, and the stacks use only what 5.100.0 knows (they take >= 5.100.0, < 7.0.0).
  Source: AWS provider 6, aws_db_proxy, default_auth_scheme; stacks/provider-versions.ts
  Leave it out: the connection budget holds without a proxy.                                         [PROXY_NEEDS_PROVIDER_6]`);
});

describe("what holds for the other consumer holds for this one", () => {
  test.each([
    [
      { consumer: { batchSize: 11 } },
      ["postgresSink.consumer.batchSize is 11 with batchWindowSeconds 0 [BATCH_NEEDS_WINDOW]"],
    ],
    [
      { consumer: { maximumConcurrency: 1 } },
      ["postgresSink.consumer.maximumConcurrency is 1 [MAXIMUM_CONCURRENCY_ONE]"],
    ],
    [
      { consumer: { maximumConcurrency: 5, reservedConcurrency: 4 } },
      ["postgresSink.consumer.reservedConcurrency is 4 [RESERVED_BELOW_MAXIMUM]"],
    ],
    [{ consumer: { timeoutSeconds: 4 } }, ["postgresSink.consumer.timeoutSeconds is 4 [SETTING_OUT_OF_RANGE]"]],
    [{ consumer: { runtime: "nodejs22.x" } }, ['postgresSink.consumer.runtime is "nodejs22.x" [SETTING_UNKNOWN]']],
    [{ connections: { deployOverlap: 3 } }, ["postgresSink.connections.deployOverlap is 3 [SETTING_OUT_OF_RANGE]"]],
    [{ connections: { busyPerVcpu: 0 } }, ["postgresSink.connections.busyPerVcpu is 0 [SETTING_OUT_OF_RANGE]"]],
    [{ connections: { administrative: 0 } }, ["postgresSink.connections.administrative is 0 [SETTING_OUT_OF_RANGE]"]],
    [{ connections: { others: 0 } }, []],
    [{ retention: { eventExpiryDays: 27 } }, ["postgresSink.retention.eventExpiryDays is 27 [EXPIRY_TOO_SHORT]"]],
    [{ retention: { eventExpiryDays: 28 } }, []],
    [
      { retention: { rejectedExpiryDays: 13 } },
      ["postgresSink.retention.rejectedExpiryDays is 13 [SETTING_OUT_OF_RANGE]"],
    ],
    [
      { domain: { name: "events.example.com", certificateArn: certificateArn.replace("us-east-1", "eu-west-1") } },
      [
        `postgresSink.domain.certificateArn is "${certificateArn.replace("us-east-1", "eu-west-1")}" [CERTIFICATE_REGION]`,
      ],
    ],
  ])("%j", (given, mistakes) => {
    expect(sink(given)).toEqual(mistakes);
  });

  test("its queue counts its own receives", () => {
    const settings = { queue: { outageToleranceMinutes: 996 }, postgresSink: { consumer: { timeoutSeconds: 10 } } };
    expect(mistakesFor(settings)).toEqual(["queue.outageToleranceMinutes is 996 [OUTAGE_TOLERANCE_TOO_LONG]"]);
  });

  test("the name of the other stack's API is taken", () => {
    const named = (name: string) => ({ name, certificateArn });
    const domain = named("hooks.example.com");
    expect(mistakesFor({ domain, postgresSink: { domain } })).toEqual([
      'postgresSink.domain.name is "hooks.example.com" [DOMAIN_TAKEN]',
    ]);
    expect(mistakesFor({ domain, postgresSink: { domain: named("events.example.com") } })).toEqual([]);
  });
});

describe("the account has to have room for both stacks", () => {
  test.each([
    [
      "an account that can reserve nothing",
      { account: { lambdaConcurrency: 100 }, postgresSink: {} },
      ["postgresSink is given, and its retention job reserves 1 [ACCOUNT_CONCURRENCY_EXCEEDED]"],
    ],
    ["an account that can reserve the one of the job", { account: { lambdaConcurrency: 101 }, postgresSink: {} }, []],
    [
      "reservations up to the limit",
      { consumer: { reservedConcurrency: 500 }, postgresSink: { consumer: { reservedConcurrency: 399 } } },
      [],
    ],
    [
      "a reservation too many",
      { consumer: { reservedConcurrency: 500 }, postgresSink: { consumer: { reservedConcurrency: 400 } } },
      [
        "postgresSink.consumer.reservedConcurrency is 400 beside consumer.reservedConcurrency 500 and 1 of postgresSink's retention job [ACCOUNT_CONCURRENCY_EXCEEDED]",
      ],
    ],
    [
      "a publisher in each stack",
      { ingress: "lambda", publisher: { reservedConcurrency: 450 }, postgresSink: {} },
      [
        "publisher.reservedConcurrency is 450 in each of 2 stacks beside 1 of postgresSink's retention job [ACCOUNT_CONCURRENCY_EXCEEDED]",
      ],
    ],
    [
      "reservations that leave the other consumer too little",
      {
        account: { lambdaConcurrency: 200 },
        consumer: { maximumConcurrency: 150 },
        postgresSink: { consumer: { reservedConcurrency: 50 } },
      },
      ["consumer.maximumConcurrency is 150 [ACCOUNT_CONCURRENCY_EXCEEDED]"],
    ],
  ])("%s", (_, settings, mistakes) => {
    expect(mistakesFor(settings)).toEqual(mistakes);
  });

  test("a publisher that reserves too much is told what each of two stacks can have", () => {
    const settings = { ingress: "lambda", publisher: { reservedConcurrency: 901 }, postgresSink: {} };
    expect(messageFor(settings)).toContain("Set it to 450 or less, or ask AWS for more");
  });
});

describe("a rule says nothing about what is wrong by itself, and the others hold", () => {
  test.each([
    [
      { database: { kind: "new", maxConnections: 0 }, consumer: { batchSize: 11 } },
      [
        "postgresSink.database.maxConnections is 0 [SETTING_OUT_OF_RANGE]",
        "postgresSink.consumer.batchSize is 11 with batchWindowSeconds 0 [BATCH_NEEDS_WINDOW]",
      ],
    ],
    [
      { database: { ...DATABASE, host: 1 }, proxy: true },
      ["postgresSink.database.host is 1 [SETTING_INVALID]", "postgresSink.proxy is true [PROXY_NEEDS_PROVIDER_6]"],
    ],
    [
      { network: { ...NETWORK, securityGroupId: 1 }, database: DATABASE, proxy: true },
      [
        "postgresSink.network.securityGroupId is 1 [SETTING_INVALID]",
        "postgresSink.proxy is true [PROXY_NEEDS_PROVIDER_6]",
      ],
    ],
    [
      { connections: { others: -1 }, consumer: { maximumConcurrency: 900 } },
      ["postgresSink.connections.others is -1 [SETTING_OUT_OF_RANGE]"],
    ],
  ])("%j", (given, mistakes) => {
    expect(sink(given)).toEqual(mistakes);
  });
});
