import { databaseSettings } from "../../local/database-settings";
import { startLocal } from "../../local/start";
import { bootstrapFile, databaseStack } from "./database-stack";
import { ORIGINS, templateOf, writeStack } from "./written-stack";

test("a database that is not in the stack is not played", async () => {
  const stack = { output: { database_host: { value: "db.example.internal" } } };
  await expect(startLocal(writeStack(stack), { bootstrapFile })).rejects.toMatchObject({
    code: "LOCAL_DATABASE_ELSEWHERE",
    message: expect.stringContaining("The stack's database is not in the stack: db.example.internal"),
  });
});

test("a reference to the port gets the one that is listened on, the argument keeps its own", () => {
  const template = templateOf(databaseStack({ outputs: { port: "${aws_db_instance.database.port}" } }), {
    ...ORIGINS,
    database: { host: "localhost", port: 60_001 },
  });
  expect(template.outputs.port).toBe(60_001);
  expect(databaseSettings(template)).toMatchObject({ port: 5432, maxConnections: 20, forcesTls: true });
});

test.each<[string, object, RegExp]>([
  ["no parameter group", { parameter_group_name: undefined }, /aws_db_instance.database has no parameter_group_name/],
  [
    "a parameter group that is not in the stack",
    { parameter_group_name: "default.postgres17" },
    /parameter_group_name is "default.postgres17"/,
  ],
])("a database with %s is refused by name", async (_, instance, message) => {
  await expect(startLocal(writeStack(databaseStack({ instance })), { bootstrapFile })).rejects.toThrow(message);
});

test.each([
  [
    "a formula for max_connections",
    [{ name: "max_connections", value: "{DBInstanceClassMemory/9531392}" }],
    /must pin max_connections/,
  ],
  [
    "a parameter that PostgreSQL does not know",
    [
      { name: "max_connections", value: "20" },
      { name: "no_such", value: "1" },
    ],
    /it does not start:\n.*unrecognized configuration parameter "no_such".*\[LOCAL_DATABASE_FAILED\]/s,
  ],
])("%s is refused with the reason", async (_, parameters, message) => {
  await expect(startLocal(writeStack(databaseStack({ parameters })), { bootstrapFile })).rejects.toThrow(message);
});
