import {
  bodyExpiryDays,
  databaseVcpus,
  inflightExpiryDays,
  invocationsAtOnce,
  mappingMaximumConcurrency,
  maxReceiveCount,
  reservableConcurrency,
  sinkBudget,
  visibilityTimeoutSeconds,
} from "../../stacks/capacity";
import { readSettings } from "../../stacks/settings";

test.each([
  { timeoutSeconds: 10, batchWindowSeconds: 0, seconds: 60 },
  { timeoutSeconds: 30, batchWindowSeconds: 5, seconds: 185 },
  { timeoutSeconds: 900, batchWindowSeconds: 300, seconds: 5_700 },
])(
  "a timeout of $timeoutSeconds s and a window of $batchWindowSeconds s hide a message for $seconds s",
  ({ seconds, ...consumer }) => {
    expect(visibilityTimeoutSeconds(consumer)).toBe(seconds);
  },
);

test.each([
  { minutes: 15, visibility: 60, receives: 20 },
  { minutes: 120, visibility: 180, receives: 45 },
  { minutes: 1, visibility: 5_700, receives: 6 },
  { minutes: 2, visibility: 61, receives: 7 },
])(
  "an outage of $minutes min at a visibility timeout of $visibility s needs $receives receives",
  ({ minutes, visibility, receives }) => {
    expect(maxReceiveCount(minutes, visibility)).toBe(receives);
  },
);

test.each([
  [1, 2],
  [2, 2],
  [1_000, 1_000],
])("a maximum concurrency of %i is %i on the mapping", (maximum, mapping) => {
  expect(mappingMaximumConcurrency(maximum)).toBe(mapping);
});

test.each([
  [10, 0],
  [100, 0],
  [101, 1],
  [1_000, 900],
])("of an account's %i concurrent executions %i can be reserved", (account, reservable) => {
  expect(reservableConcurrency(account)).toBe(reservable);
});

test.each([
  {
    events: "for ever",
    table: { rejectedExpiryDays: 90 },
    days: { "inflight/": 35, "bodies/rejected/": 97 },
  },
  {
    events: "for 60 days",
    table: { rejectedExpiryDays: 14, eventExpiryDays: 60 },
    days: {
      "inflight/": 35,
      "bodies/rejected/": 21,
      "bodies/stored/": 67,
      "bodies/failed/": 67,
      "bodies/conflict/": 67,
    },
  },
])("a body outlives its message and its item by a week, where events are kept $events", ({ table, days }) => {
  expect(bodyExpiryDays({ retentionDays: 14, deadLetterRetentionDays: 14 }, table)).toEqual(days);
});

test("a body on its way outlives a message that a redrive has made new", () => {
  expect(inflightExpiryDays({ retentionDays: 4, deadLetterRetentionDays: 10 })).toBe(21);
});

test.each([
  { consumer: { maximumConcurrency: 5 }, atOnce: 5 },
  { consumer: { maximumConcurrency: 5, reservedConcurrency: 8 }, atOnce: 5 },
  { consumer: { maximumConcurrency: 1, reservedConcurrency: 1 }, atOnce: 1 },
  // The mapping has no 1.
  { consumer: { maximumConcurrency: 1 }, atOnce: 2 },
])("$consumer runs $atOnce at once", ({ consumer, atOnce }) => {
  expect(invocationsAtOnce(consumer)).toBe(atOnce);
});

describe("the vCPUs of a database", () => {
  const made = (given: object) => {
    const { postgresSink } = readSettings("dev", { postgresSink: { database: { kind: "new", ...given } } });
    if (postgresSink?.database.kind !== "new") throw new Error("The settings have no new database.");
    return { ...postgresSink, database: postgresSink.database };
  };

  test.each([
    ["a class that is known", { instanceClass: "db.m7g.xlarge" }, 4],
    ["a class that is not", { instanceClass: "db.z1d.3xlarge", vcpus: 12 }, 12],
  ])("are those of %s", (_, given, vcpus) => {
    expect(databaseVcpus(made(given).database)).toBe(vcpus);
  });

  test("are never guessed", () => {
    const sink = made({});
    const unknown = { ...sink, database: { ...sink.database, instanceClass: "db.z1d.large" } };
    expect(() => sinkBudget(unknown)).toThrow("postgresSink.database is of an unknown class and has no vcpus");
  });
});
