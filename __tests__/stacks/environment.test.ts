import { chooseEnvironment } from "../../stacks/environment";
import { UsageError } from "../../stacks/errors";

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
        `WEBHOOK_ENVIRONMENT is ${JSON.stringify(name)}, but environments.ts has no environment of that name.
  It has: dev, production
  Set WEBHOOK_ENVIRONMENT to one of them, or add it to environments.ts.                              [ENVIRONMENT_UNKNOWN]`,
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
