import { chooseEnvironment, chooseStack, postgresSinkOf, stateBucket } from "../../stacks/environment";
import { UsageError } from "../../stacks/errors";
import { readSettings } from "../../stacks/settings";

describe("the environment that is asked for", () => {
  const environments = { dev: { consumer: { maximumConcurrency: 7 } }, production: {} };

  test("is checked and returned", () => {
    const { environment, settings } = chooseEnvironment(environments, "dev");
    expect([environment, settings.consumer.maximumConcurrency]).toEqual(["dev", 7]);
  });

  test.each(["staging", "", "toString"])("%j is unknown, and the message names those that exist", (name) => {
    expect(() => chooseEnvironment(environments, name)).toThrow(
      new UsageError(
        "ENVIRONMENT_UNKNOWN",
        `There is no environment ${JSON.stringify(name)} in environments.ts.
  It has: dev, production
  Set WEBHOOK_ENVIRONMENT (or --environment) to one of them, or add it to environments.ts.           [ENVIRONMENT_UNKNOWN]`,
      ),
    );
  });

  test.each(["dev-eu", "Dev", "1dev", "a".repeat(21)])("%j cannot start the names of resources", (name) => {
    expect(() => chooseEnvironment({ [name]: {} }, name)).toThrow(
      new UsageError(
        "ENVIRONMENT_NAME_INVALID",
        `environments.ts has an environment named ${JSON.stringify(name)}, which cannot start the names of resources.
  A name is 1 to 20 lower-case letters and digits, starting with a letter; no hyphen, so that no name starts another.
  Rename it.                                                                                         [ENVIRONMENT_NAME_INVALID]`,
      ),
    );
  });
});

describe("the stack that is asked for", () => {
  test.each(["webhook", "postgres-sink", "state"])("%j exists", (name) => {
    expect(chooseStack(name)).toBe(name);
  });

  test("another is unknown, and the message names those that exist", () => {
    expect(() => chooseStack("database")).toThrow(
      new UsageError(
        "STACK_UNKNOWN",
        `WEBHOOK_STACK is "database", and there is no such stack.
  There are: webhook, postgres-sink, state
  Set it to one of them, or unset it for the webhook itself.                                         [STACK_UNKNOWN]`,
      ),
    );
  });
});

describe("the bucket for state", () => {
  test("is the one that the environment names, in the environment's region or its own", () => {
    const state = { kind: "s3", bucket: "acme-state" } as const;
    const bucketOf = (settings: object) => stateBucket("dev", readSettings("dev", settings));
    expect(bucketOf({ region: "eu-central-1", state })).toEqual({ bucket: "acme-state", region: "eu-central-1" });
    expect(bucketOf({ region: "eu-central-1", state: { ...state, region: "us-west-2" } })).toEqual({
      bucket: "acme-state",
      region: "us-west-2",
    });
  });

  test("cannot be made where state is kept elsewhere", () => {
    expect(() => stateBucket("dev", readSettings("dev", {}))).toThrow(
      new UsageError(
        "STATE_BUCKET_NOT_NAMED",
        `WEBHOOK_STACK is "state", but dev.state.kind is "local": no bucket is named.
  The stack makes the bucket that the environment's state is going to be kept in.
  Set dev.state to { kind: "s3", bucket: "…" }, or unset WEBHOOK_STACK.                              [STATE_BUCKET_NOT_NAMED]`,
      ),
    );
  });
});

describe("the stack whose sink is PostgreSQL", () => {
  test("is what the environment says of it, with every default", () => {
    const sink = postgresSinkOf("dev", readSettings("dev", { postgresSink: { network: { kind: "new", zones: 3 } } }));
    expect(sink.network).toEqual({ kind: "new", cidr: "10.60.0.0/16", zones: 3 });
  });

  test("is not there where the environment says nothing of it", () => {
    expect(() => postgresSinkOf("dev", readSettings("dev", {}))).toThrow(
      new UsageError(
        "POSTGRES_SINK_MISSING",
        `"dev" of environments.ts has no postgresSink, so it has no stack postgres-sink.
  The stack makes a network and a database, which cost money from the first hour, so only who asks for it has it.
  Add postgresSink: {} to it (stacks/postgres-settings.ts says what can be in it), or choose another environment (--environment, WEBHOOK_ENVIRONMENT) or stack (--stack, WEBHOOK_STACK). [POSTGRES_SINK_MISSING]`,
      ),
    );
  });
});
