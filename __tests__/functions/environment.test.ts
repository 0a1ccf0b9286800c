import { EnvironmentInvalid, readConsumerEnvironment } from "../../functions/environment";

const complete = {
  EVENTS_TABLE_NAME: "webhook-dev-events",
  INGRESS: "direct",
  HEADER_SETS: '{"default":["Content-Type"],"none":[]}',
  INDEX_SHARDS: "8",
  COMPRESS_OVER_BYTES: "0",
  REJECTED_EXPIRY_DAYS: "30",
};

test("a complete environment is read, header names in lower case", () => {
  expect(readConsumerEnvironment({ ...complete, EVENT_EXPIRY_DAYS: "90" })).toEqual({
    eventsTableName: "webhook-dev-events",
    ingress: "direct",
    headerSets: { default: ["content-type"], none: [] },
    indexShards: 8,
    compressOverBytes: 0,
    eventExpiryDays: 90,
    rejectedExpiryDays: 30,
  });
});

test.each([{}, { EVENT_EXPIRY_DAYS: "" }])("events never expire when it is not said otherwise: %j", (given) => {
  expect(readConsumerEnvironment({ ...complete, ...given })).not.toHaveProperty("eventExpiryDays");
});

test("every missing variable is named at once", () => {
  expect(() => readConsumerEnvironment({})).toThrow(
    new EnvironmentInvalid([
      "EVENTS_TABLE_NAME is not set; it must be the name of the events table.",
      "INGRESS is not set; it must be direct or lambda.",
      "HEADER_SETS is not set; it must be a JSON object of arrays of header names.",
      "INDEX_SHARDS is not set; it must be a whole number of 1 or more.",
      "COMPRESS_OVER_BYTES is not set; it must be a whole number of 0 or more.",
      "REJECTED_EXPIRY_DAYS is not set; it must be a whole number of 1 or more.",
    ]),
  );
});

test("the message says what stands there, what must, and what to do", () => {
  expect(() => readConsumerEnvironment({ ...complete, INGRESS: "queue", INDEX_SHARDS: "0" })).toThrow(
    new Error(
      [
        "The consumer's environment has 2 mistakes.",
        '  INGRESS is "queue"; it must be direct or lambda.',
        '  INDEX_SHARDS is "0"; it must be a whole number of 1 or more.',
        "  The stack sets these variables: deploy it again instead of editing them.  [ENVIRONMENT_INVALID]",
      ].join("\n"),
    ),
  );
});

test.each([
  ["HEADER_SETS", "{"],
  ["HEADER_SETS", "[]"],
  ["HEADER_SETS", "{}"],
  ["HEADER_SETS", "null"],
  ["HEADER_SETS", '{"default":"content-type"}'],
  ["HEADER_SETS", '{"default":[""]}'],
  ["HEADER_SETS", '{"default":[1]}'],
  ["COMPRESS_OVER_BYTES", "-1"],
  ["COMPRESS_OVER_BYTES", "1e3"],
  ["EVENT_EXPIRY_DAYS", "0"],
  ["REJECTED_EXPIRY_DAYS", "fourteen"],
])("%s %j is a mistake", (name, value) => {
  expect(() => readConsumerEnvironment({ ...complete, [name]: value })).toThrow(
    expect.objectContaining({
      mistakes: [expect.stringContaining(`${name} is ${JSON.stringify(value)}; it must be `)],
    }),
  );
});

test("the process's own environment is read when called", () => {
  Object.assign(process.env, complete);
  try {
    expect(readConsumerEnvironment().eventsTableName).toBe("webhook-dev-events");
  } finally {
    for (const name of Object.keys(complete)) delete process.env[name];
  }
});
