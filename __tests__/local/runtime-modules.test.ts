/** What a bundle may leave out because Lambda's runtime has it. */
import { Environments, invocation, writeHandler } from "./handler-file";

const environments = new Environments();
afterAll(() => environments.stop());

const requiring = async (name: string, variables: Record<string, string>) => {
  // Written to a folder from which no package is found.
  const bundle = writeHandler(`return typeof require("${name}");`);
  const environment = await environments.ready(bundle, { variables });
  return environment.invoke(invocation(), { timeoutMs: 10_000 });
};

test("the AWS SDK is there, as Lambda's runtime has it", async () => {
  expect(await requiring("@aws-sdk/client-ssm", { LOCAL_RUNTIME_ANCHOR: __filename })).toEqual({
    kind: "answered",
    response: "object",
  });
});

test.each(["pg", "zod"])("%s of this project is not there: it would be missing on AWS", async (name) => {
  expect(await requiring(name, { LOCAL_RUNTIME_ANCHOR: __filename })).toMatchObject({
    kind: "failed",
    error: { errorMessage: expect.stringContaining(`Cannot find module '${name}'`) },
  });
});
