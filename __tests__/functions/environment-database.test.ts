import {
  CONSUMER_ENVIRONMENT,
  EnvironmentInvalid,
  POSTGRES_CONSUMER_ENVIRONMENT,
  readMigrateEnvironment,
  readMigrateStartEnvironment,
  readPostgresConsumerEnvironment,
  readRetentionEnvironment,
} from "../../functions/environment";

const ADDRESS = { DATABASE_HOST: "db.example.org", DATABASE_PORT: "5432", DATABASE_NAME: "webhook" };
const LOGIN = { ...ADDRESS, DATABASE_USER: "webhook_consumer" };
const READ_LOGIN = { host: "db.example.org", port: 5_432, database: "webhook", user: "webhook_consumer" };

test("both consumers are told about messages by the same names", () => {
  expect(CONSUMER_ENVIRONMENT).toMatchObject(POSTGRES_CONSUMER_ENVIRONMENT);
});

test("the consumer's", () => {
  const complete = { ...LOGIN, INGRESS: "direct", HEADER_SETS: '{"default":["Content-Type"]}' };
  expect(readPostgresConsumerEnvironment(complete)).toEqual({
    ...READ_LOGIN,
    ingress: "direct",
    headerSets: { default: ["content-type"] },
  });
  expect(
    readPostgresConsumerEnvironment({
      ...LOGIN,
      INGRESS: "lambda",
      BODIES_BUCKET_NAME: "bodies",
      ALLOWED_CIDRS: '["192.0.2.0/24"]',
    }),
  ).toEqual({
    ...READ_LOGIN,
    ingress: "lambda",
    headerSets: {},
    bodiesBucketName: "bodies",
    allowedCidrs: ["192.0.2.0/24"],
  });
});

test.each([-1, 1, 26])("the migrations', with a connection limit of %d", (limit) => {
  expect(
    readMigrateEnvironment({
      ...ADDRESS,
      CONSUMER_CONNECTION_LIMIT: String(limit),
      MAX_CONNECTIONS: "40",
      CONSUMER_STATEMENT_TIMEOUT_SECONDS: "20",
      IDLE_SESSION_TIMEOUT_SECONDS: "600",
    }),
  ).toEqual({
    host: "db.example.org",
    port: 5_432,
    database: "webhook",
    consumerConnectionLimit: limit,
    maxConnections: 40,
    consumerStatementTimeoutSeconds: 20,
    idleSessionTimeoutSeconds: 600,
  });
});

test.each(["0", "-2", "1.5", "many"])("a connection limit of %s is a mistake", (limit) => {
  const timeouts = { CONSUMER_STATEMENT_TIMEOUT_SECONDS: "20", IDLE_SESSION_TIMEOUT_SECONDS: "600" };
  const variables = { ...ADDRESS, MAX_CONNECTIONS: "40", ...timeouts };
  expect(() => readMigrateEnvironment({ ...variables, CONSUMER_CONNECTION_LIMIT: limit })).toThrow(
    new EnvironmentInvalid("migrations", [
      `CONSUMER_CONNECTION_LIMIT is "${limit}"; it must be -1 or a whole number of 1 or more.`,
    ]),
  );
});

test("what starts the migrations", () => {
  expect(
    readMigrateStartEnvironment({ ADMINISTRATOR_SECRET_ARN: "arn:secret", MIGRATE_FUNCTION_NAME: "migrate" }),
  ).toEqual({ administratorSecretArn: "arn:secret", migrateFunctionName: "migrate" });
});

test.each([{}, { EVENT_EXPIRY_DAYS: "" }])("the retention job's, where events never expire: %j", (given) => {
  expect(readRetentionEnvironment({ ...LOGIN, REJECTED_EXPIRY_DAYS: "90", ...given })).toEqual({
    ...READ_LOGIN,
    rejectedExpiryDays: 90,
  });
});

test("the retention job's, where events expire", () => {
  const variables = { ...LOGIN, REJECTED_EXPIRY_DAYS: "90", EVENT_EXPIRY_DAYS: "30" };
  expect(readRetentionEnvironment(variables)).toMatchObject({ eventExpiryDays: 30, rejectedExpiryDays: 90 });
});

const ADDRESS_MISSING = [
  "DATABASE_HOST is not set; it must be the host of the database.",
  "DATABASE_PORT is not set; it must be a whole number of 1 or more.",
  "DATABASE_NAME is not set; it must be the name of the database.",
];
const USER_MISSING = "DATABASE_USER is not set; it must be the database user to log in as.";

test.each([
  [
    "consumer",
    readPostgresConsumerEnvironment,
    [
      ...ADDRESS_MISSING,
      USER_MISSING,
      "INGRESS is not set; it must be direct or lambda.",
      "HEADER_SETS is not set; it must be a JSON object of arrays of header names.",
    ],
  ],
  [
    "migrations",
    readMigrateEnvironment,
    [
      ...ADDRESS_MISSING,
      "CONSUMER_CONNECTION_LIMIT is not set; it must be -1 or a whole number of 1 or more.",
      "MAX_CONNECTIONS is not set; it must be a whole number of 1 or more.",
      "CONSUMER_STATEMENT_TIMEOUT_SECONDS is not set; it must be a whole number of 1 or more.",
      "IDLE_SESSION_TIMEOUT_SECONDS is not set; it must be a whole number of 1 or more.",
    ],
  ],
  [
    "start of the migrations",
    readMigrateStartEnvironment,
    [
      "ADMINISTRATOR_SECRET_ARN is not set; it must be the ARN of the administrator's secret.",
      "MIGRATE_FUNCTION_NAME is not set; it must be the name of the function that migrates.",
    ],
  ],
  [
    "retention job",
    readRetentionEnvironment,
    [...ADDRESS_MISSING, USER_MISSING, "REJECTED_EXPIRY_DAYS is not set; it must be a whole number of 1 or more."],
  ],
])("everything that is missing for the %s is named at once", (owner, read, mistakes) => {
  expect(() => read({})).toThrow(new EnvironmentInvalid(owner, mistakes));
});
