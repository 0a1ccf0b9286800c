import { budgetText, type ConnectionBudgetInput, connectionBudget, sinkBudget } from "../../stacks/capacity";
import { readSettings } from "../../stacks/settings";
import { messageFor, mistakesFor } from "./mistakes";

/** Two vCPUs, and nothing promised to anybody. */
const SMALL: ConnectionBudgetInput = {
  maxConnections: 81,
  vcpus: 2,
  others: 0,
  administrative: 5,
  deployOverlap: 2,
  busyPerVcpu: 100,
  consumer: { name: "consumer", invocationsAtOnce: 5 },
  beside: [],
};

describe("the budget by connections", () => {
  test.each([
    // max_connections as RDS sets it by itself in classes of 1, 2, 4, 8 and 16 GiB, and its highest.
    { maxConnections: 81, others: 0, budget: 56 },
    { maxConnections: 198, others: 0, budget: 150 },
    { maxConnections: 413, others: 0, budget: 322 },
    { maxConnections: 856, others: 0, budget: 676 },
    { maxConnections: 1_700, others: 0, budget: 1_352 },
    { maxConnections: 5_000, others: 0, budget: 3_992 },
    { maxConnections: 81, others: 35, budget: 21 },
    { maxConnections: 20, others: 0, budget: 8 },
    { maxConnections: 20, others: 8, budget: 0 },
  ])("of $maxConnections connections with $others promised to others is $budget", ({ budget, ...server }) => {
    const got = connectionBudget({ ...SMALL, vcpus: 100, ...server });
    expect([got.byConnections, got.budget]).toEqual([budget, budget]);
  });

  test("is never below 0, and the arithmetic shows how much is missing", () => {
    const got = connectionBudget({ ...SMALL, maxConnections: 20, others: 10 });
    expect([got.byConnections, got.budget, got.consumerLimit, got.fits]).toEqual([-2, 0, 0, 0]);
  });
});

describe("the lower ceiling counts", () => {
  test.each([
    { name: "2 vCPUs and 1,700 connections", maxConnections: 1_700, vcpus: 2, byConnections: 1_352, byCpu: 20 },
    { name: "16 vCPUs and 81 connections", maxConnections: 81, vcpus: 16, byConnections: 56, byCpu: 160 },
  ])("of $name", ({ maxConnections, vcpus, byConnections, byCpu }) => {
    const got = connectionBudget({ ...SMALL, maxConnections, vcpus, busyPerVcpu: 5 });
    expect(got).toMatchObject({ byConnections, byCpu, budget: Math.min(byConnections, byCpu) });
  });
});

describe("the demand", () => {
  test.each([
    { name: "counts old and new code during a deploy", deployOverlap: 2, proxy: false, demand: 10, byCpu: 20 },
    { name: "counts one version where the user says so", deployOverlap: 1, proxy: false, demand: 5, byCpu: 10 },
    { name: "counts one version behind a proxy", deployOverlap: 2, proxy: true, demand: 5, byCpu: 10 },
  ])("$name", ({ deployOverlap, proxy, demand, byCpu }) => {
    expect(connectionBudget({ ...SMALL, busyPerVcpu: 5, deployOverlap, proxy })).toMatchObject({ demand, byCpu });
  });

  test("is that of everything that logs in, and what is left is the consumer's", () => {
    const beside = [
      { name: "second consumer", invocationsAtOnce: 10 },
      { name: "retention job", invocationsAtOnce: 1 },
    ];
    expect(connectionBudget({ ...SMALL, beside })).toMatchObject({
      budget: 56,
      demand: 32,
      consumerLimit: 34,
      fits: 17,
    });
  });

  test.each([
    { invocationsAtOnce: 28, isIn: true },
    { invocationsAtOnce: 29, isIn: false },
  ])("of $invocationsAtOnce at once against 56: fits $isIn", ({ invocationsAtOnce, isIn }) => {
    const got = connectionBudget({ ...SMALL, consumer: { name: "consumer", invocationsAtOnce } });
    expect([got.demand <= got.budget, got.fits]).toEqual([isIn, 28]);
  });

  test.each([
    { name: "a maximum of 5", consumer: { maximumConcurrency: 5 }, demand: 12 },
    {
      name: "a maximum of 5 under a roof of 9",
      consumer: { maximumConcurrency: 5, reservedConcurrency: 9 },
      demand: 12,
    },
    { name: "one at a time", consumer: { maximumConcurrency: 1, reservedConcurrency: 1 }, demand: 4 },
  ])("of $name with the retention job is $demand", ({ consumer, demand }) => {
    const { postgresSink } = readSettings("dev", { postgresSink: { consumer } });
    expect(postgresSink && sinkBudget(postgresSink).demand).toBe(demand);
  });
});

test("the arithmetic adds up, line by line", () => {
  const { lines } = connectionBudget({
    ...SMALL,
    others: 10,
    busyPerVcpu: 5,
    beside: [{ name: "retention job", invocationsAtOnce: 1 }],
  });
  expect(budgetText(lines.map(({ text, value }) => ({ text, value })))).toEqual([
    " 64  81 connections × 0.8, rounded down",
    " -3  reserved for superusers",
    " -5  administrative",
    "-10  promised to others",
    " 46  budget by connections",
    " 20  budget by CPU: 2 vCPUs × 5 busy × 2 versions",
    " 20  budget, the lower of both",
    " 10  consumer: 5 at once × 1 connection × 2 versions",
    "  2  retention job: 1 at once × 1 connection × 2 versions",
    " 12  demand",
  ]);
});

const EXISTING = {
  network: {
    kind: "existing",
    subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    securityGroupId: "sg-0123456789abcdef0",
  },
  database: {
    kind: "existing",
    host: "events.abcdefghijkl.us-east-1.rds.amazonaws.com",
    name: "events",
    maxConnections: 100,
    vcpus: 4,
    resourceId: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  },
} as const;

describe("settings that want more than the database can promise", () => {
  test("show the arithmetic with its sources, and what would fit", () => {
    const database = { kind: "new", instanceClass: "db.t4g.micro", maxConnections: 40 };
    expect(
      messageFor({ postgresSink: { consumer: { maximumConcurrency: 8 }, database } }),
    ).toBe(`environments.ts has a mistake in "dev":

dev.postgresSink.consumer.maximumConcurrency is 8; the functions would hold 18 connections, and the database can promise 14.
     32  40 connections × 0.8, rounded down                    our own: a fifth stays free
     -3  reserved for superusers                               PostgreSQL manual, superuser_reserved_connections
     -5  administrative                                        connections.administrative
    -10  promised to others                                    connections.others
     14  budget by connections
     20  budget by CPU: 2 vCPUs × 5 busy × 2 versions          connections.busyPerVcpu; frozen environments of the old version are not busy
     14  budget, the lower of both
     16  consumer: 8 at once × 1 connection × 2 versions       Lambda Developer Guide, execution environment: one event at a time
      2  retention job: 1 at once × 1 connection × 2 versions  connections.deployOverlap
     18  demand
  Source: stacks/connection-budget.ts; of each line beside it
  Set it to 6 or less, or raise database.maxConnections.                                             [CONNECTION_BUDGET_EXCEEDED]`);
  });

  const database = (more: object) => ({ database: { kind: "new", instanceClass: "db.t4g.micro", ...more } });
  test.each([
    [
      "CPU is the lower ceiling",
      { consumer: { maximumConcurrency: 20 } },
      "Set it to 9 or less, or choose a class with more vCPUs.",
    ],
    [
      "one at a time would fit",
      database({ maxConnections: 29 }),
      "Set it and postgresSink.consumer.reservedConcurrency to 1, or raise database.maxConnections.",
    ],
    [
      "nothing would fit",
      database({ maxConnections: 20 }),
      "No maximumConcurrency fits: promise less to others, or raise database.maxConnections.",
    ],
    [
      "the database is there already",
      { ...EXISTING, consumer: { maximumConcurrency: 50 }, connections: { others: 60 } },
      "Set it to 5 or less, or let the server take more connections.",
    ],
  ])("say what to do where %s", (_, postgresSink, remedy) => {
    const message = messageFor({ postgresSink });
    expect(message).toContain(remedy);
    expect(message).toContain("[CONNECTION_BUDGET_EXCEEDED]");
  });

  test.each([
    ["what is said to fit", { consumer: { maximumConcurrency: 9 } }],
    [
      "one at a time",
      { ...database({ maxConnections: 29 }), consumer: { maximumConcurrency: 1, reservedConcurrency: 1 } },
    ],
    ["an existing database", EXISTING],
    ["an existing database up to its budget", { ...EXISTING, consumer: { maximumConcurrency: 19 } }],
  ])("are none with %s", (_, postgresSink) => {
    expect(mistakesFor({ postgresSink })).toEqual([]);
  });

  test("are told together with a proxy, which is not counted since it is not to be had", () => {
    const tooMuch = { ...database({ maxConnections: 40 }), consumer: { maximumConcurrency: 8 } };
    expect(mistakesFor({ postgresSink: { ...tooMuch, proxy: true } })).toEqual([
      "postgresSink.proxy is true [PROXY_NEEDS_PROVIDER_6]",
      "postgresSink.consumer.maximumConcurrency is 8 [CONNECTION_BUDGET_EXCEEDED]",
    ]);
  });
});
