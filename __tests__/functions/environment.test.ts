import { EnvironmentInvalid, readConsumerEnvironment, readPublisherEnvironment } from "../../functions/environment";

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
    sources: [],
    unmatched: "accept",
    rejectedMaxPerMinute: 60,
  });
});

test.each([{}, { EVENT_EXPIRY_DAYS: "" }])("events never expire when it is not said otherwise: %j", (given) => {
  expect(readConsumerEnvironment({ ...complete, ...given })).not.toHaveProperty("eventExpiryDays");
});

test("lambda ingress needs a bucket, and no header sets", () => {
  const { HEADER_SETS: _, ...others } = complete;
  const lambda = { ...others, INGRESS: "lambda" };
  expect(readConsumerEnvironment({ ...lambda, BODIES_BUCKET_NAME: "bodies" })).toMatchObject({
    headerSets: {},
    bodiesBucketName: "bodies",
  });
  expect(() => readConsumerEnvironment(lambda)).toThrow(
    new EnvironmentInvalid("consumer", [
      "BODIES_BUCKET_NAME is not set; it must be the name of the bucket for bodies.",
    ]),
  );
});

test("every missing variable is named at once", () => {
  expect(() => readConsumerEnvironment({})).toThrow(
    new EnvironmentInvalid("consumer", [
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
  ["ALLOWED_CIDRS", "192.0.2.0/24"],
  ["ALLOWED_CIDRS", "[]"],
  ["ALLOWED_CIDRS", '{"0":"192.0.2.0/24"}'],
  ["ALLOWED_CIDRS", '["192.0.2.0"]'],
  ["ALLOWED_CIDRS", '["192.0.2.0/33"]'],
  ["ALLOWED_CIDRS", '["2001:db8::/129"]'],
  ["ALLOWED_CIDRS", '["192.0.2.0/24", 1]'],
  ["ALLOWED_CIDRS", '["example.org/24"]'],
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

describe("the publisher's", () => {
  const complete = {
    EVENTS_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/000000000000/events",
    BODIES_BUCKET_NAME: "webhook-dev-bodies",
    MAXIMUM_MESSAGE_BYTES: "262144",
  };

  test("complete environment is read, any address allowed when it is not said otherwise", () => {
    expect(readPublisherEnvironment({ ...complete, ALLOWED_CIDRS: "" })).toEqual({
      eventsQueueUrl: "https://sqs.us-east-1.amazonaws.com/000000000000/events",
      bodiesBucketName: "webhook-dev-bodies",
      maximumMessageBytes: 262_144,
      sources: [],
      unmatched: "accept",
    });
  });

  test("allowed blocks are read", () => {
    const allowedCidrs = ["192.0.2.0/24", "2001:db8::/32", "0.0.0.0/0"];
    const read = readPublisherEnvironment({ ...complete, ALLOWED_CIDRS: JSON.stringify(allowedCidrs) });
    expect(read.allowedCidrs).toEqual(allowedCidrs);
  });

  test("mistakes are named at once, and whose they are", () => {
    expect(() => readPublisherEnvironment({ MAXIMUM_MESSAGE_BYTES: "1023", ALLOWED_CIDRS: "any" })).toThrow(
      new Error(
        [
          "The publisher's environment has 4 mistakes.",
          "  EVENTS_QUEUE_URL is not set; it must be the URL of the events queue.",
          "  BODIES_BUCKET_NAME is not set; it must be the name of the bucket for bodies.",
          '  MAXIMUM_MESSAGE_BYTES is "1023"; it must be a whole number of 1024 or more.',
          '  ALLOWED_CIDRS is "any"; it must be a JSON array of one or more CIDR blocks such as "192.0.2.0/24".',
          "  The stack sets these variables: deploy it again instead of editing them.  [ENVIRONMENT_INVALID]",
        ].join("\n"),
      ),
    );
  });
});
