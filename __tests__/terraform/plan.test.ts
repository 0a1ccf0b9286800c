/** Every environment's stacks, through the real Terraform and the real AWS provider, as far as a plan goes. */

import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { environments } from "../../environments";
import { deployedArchives } from "./deployed-archives";
import { type EmulatedAws, startEmulatedAws } from "./emulated-aws";
import { type PlannedStack, planStacks } from "./planned-stacks";
import { describeWithTerraform } from "./requirements";

// A minute each on two cores; a runner that downloads the providers first needs longer.
jest.setTimeout(300_000);

describeWithTerraform("terraform plan", () => {
  const planned = new Map<string, readonly PlannedStack[]>();
  const stacksOf = (environment: string) => planned.get(environment) ?? [];
  let aws: EmulatedAws;

  beforeAll(async () => {
    aws = await startEmulatedAws();
  });

  afterAll(async () => {
    for (const { workspace } of [...planned.values()].flat()) workspace.remove();
    await aws?.stop();
  });

  describe.each(Object.keys(environments))("of the environment %s", (environment) => {
    // One init, validate and plan for all that follows: loading the provider is most of a command's time.
    beforeAll(async () => {
      planned.set(environment, await planStacks({ environment, awsUrl: aws.url }));
    });

    test("is valid, without an error or a warning", () => {
      for (const { validation } of stacksOf(environment)) expect(validation.diagnostics).toEqual([]);
    });

    test("creates each resource of the stack's JSON, and does nothing else", () => {
      for (const { plan, declared } of stacksOf(environment)) {
        const planned = plan.resource_changes.map(({ address, change }) => `${change.actions} ${address}`);
        expect(planned.sort()).toEqual(declared.map((address) => `create ${address}`));
      }
    });

    test("has one API, a queue and its dead-letter queue, one mapping, one function, one table", () => {
      const changes = stacksOf(environment).flatMap(({ plan }) => plan.resource_changes);
      const counted = [
        "apigatewayv2_api",
        "sqs_queue",
        "lambda_event_source_mapping",
        "lambda_function",
        "dynamodb_table",
      ];
      const counts = counted.map((name) => [name, changes.filter(({ type }) => type === `aws_${name}`).length]);
      expect(Object.fromEntries(counts)).toEqual({
        apigatewayv2_api: 1,
        sqs_queue: 2,
        lambda_event_source_mapping: 1,
        lambda_function: 1,
        dynamodb_table: 1,
      });
    });

    test("zips index.js alone with mode 0644, under the hash that the function is deployed with", () => {
      const archives = stacksOf(environment).flatMap(archivesOf);
      expect(archives).toHaveLength(1);
      for (const { entries, sha256, archiveSha256, functionSha256 } of archives) {
        expect(entries).toEqual([{ name: "index.js", mode: "644" }]);
        expect({ archiveSha256, functionSha256 }).toEqual({ archiveSha256: sha256, functionSha256: sha256 });
      }
    });
  });

  test("from another folder, whose files only their owner may read, makes a zip with the same hash", async () => {
    const [environment = ""] = Object.keys(environments);
    const elsewhere = await planStacks({ environment, awsUrl: aws.url, prepare: restrictToOwner });
    try {
      const hashes = (stacks: readonly PlannedStack[]) => stacks.flatMap(archivesOf).map(({ sha256 }) => sha256);
      expect(hashes(elsewhere)).toEqual(hashes(stacksOf(environment)));
    } finally {
      for (const { workspace } of elsewhere) workspace.remove();
    }
  });
});

const archivesOf = ({ plan, workspace }: PlannedStack) => deployedArchives(plan, workspace.directory);

function restrictToOwner(directory: string): void {
  for (const item of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (item.isFile()) chmodSync(join(item.parentPath, item.name), 0o600);
  }
}
