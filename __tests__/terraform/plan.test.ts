/**
 * Every environment's stacks, and variants that cannot be applied here, through the real Terraform and the real AWS
 * provider as far as a plan goes. apply.test.ts plans its own.
 */

import { appendFileSync, chmodSync, cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environments } from "../../environments";
import { type DeployedArchive, deployedArchives } from "./deployed-archives";
import { type EmulatedAws, startEmulatedAws } from "./emulated-aws";
import { type PlannedStack, planStacks } from "./planned-stacks";
import { describeWithTerraform } from "./requirements";
import {
  FUNCTIONS_DIRECTORY,
  synthesize,
  synthesizeSettings,
  synthesizeSink,
  synthesizeStateBucket,
} from "./synthesized";
import { PLANNED_ONLY } from "./variants";

// A minute each on two cores; a runner that downloads the providers first needs longer.
jest.setTimeout(300_000);

type Synthesis = (output: string) => readonly string[];
const SYNTHESES: Readonly<Record<string, Synthesis>> = {
  ...Object.fromEntries(Object.keys(environments).map((name) => [name, (output) => synthesize(name, output)])),
  ...Object.fromEntries(
    Object.entries(PLANNED_ONLY).map(([name, settings]) => [
      name,
      (output: string) => synthesizeSettings(name, settings, output),
    ]),
  ),
  "dev with PostgreSQL": (output) => synthesize("dev", output, "postgres-sink"),
  state: (output) => synthesizeStateBucket("example-terraform-state", output),
};

describeWithTerraform("terraform plan", () => {
  const planned = new Map<string, Promise<readonly PlannedStack[]>>();
  const stacksOf = (name: string) => planned.get(name) as Promise<readonly PlannedStack[]>;
  let aws: EmulatedAws;

  beforeAll(async () => {
    aws = await startEmulatedAws();
    // One init, validate and plan for all that follows: loading the provider is most of a command's time.
    for (const [name, synthesis] of Object.entries(SYNTHESES)) {
      const stacks = planStacks({ synthesize: synthesis, awsUrl: aws.url });
      // Each test of them fails with the reason.
      stacks.catch(() => undefined);
      planned.set(name, stacks);
    }
  });

  afterAll(async () => {
    for (const result of await Promise.allSettled(planned.values())) {
      if (result.status === "fulfilled") for (const { workspace } of result.value) workspace.remove();
    }
    await aws?.stop();
  });

  describe.each(Object.keys(SYNTHESES))("of %s", (name) => {
    test("is valid, without an error or a warning", async () => {
      for (const { validation } of await stacksOf(name)) expect(validation.diagnostics).toEqual([]);
    });

    test("creates each resource of the stack's JSON, and does nothing else", async () => {
      for (const { plan, declared } of await stacksOf(name)) {
        const changes = plan.resource_changes.map(({ address, change }) => `${change.actions} ${address}`);
        expect(changes.sort()).toEqual(declared.map((address) => `create ${address}`));
      }
    });

    test("zips index.js, and SQL where it is run, with mode 0644 under the hash that it is deployed with", async () => {
      for (const stack of await stacksOf(name)) {
        const functions = stack.declared.filter((address) => address.startsWith("aws_lambda_function."));
        const archives = archivesOf(stack);
        expect(archives).toHaveLength(functions.length);
        for (const { functionName, entries, sha256, archiveSha256, functionSha256 } of archives) {
          const names = isMigrations(functionName) ? ["index.js", ...MIGRATIONS] : ["index.js"];
          expect(entries).toEqual(names.map((name) => ({ name, mode: "644" })));
          expect({ archiveSha256, functionSha256 }).toEqual({ archiveSha256: sha256, functionSha256: sha256 });
        }
      }
    });
  });

  test.each([
    ["direct ingress", "domain", { aws_sqs_queue: 2, aws_lambda_function: 1, aws_s3_bucket: 0 }],
    ["lambda ingress", "zone", { aws_sqs_queue: 2, aws_lambda_function: 2, aws_s3_bucket: 1 }],
  ])("of %s has one API, one mapping, one table, and %s", async (_ingress, name, own) => {
    const wanted = { aws_apigatewayv2_api: 1, aws_lambda_event_source_mapping: 1, aws_dynamodb_table: 1, ...own };
    const types = (await stacksOf(name)).flatMap(({ plan }) => plan.resource_changes.map(({ type }) => type));
    const counts = Object.keys(wanted).map((type) => [type, types.filter((one) => one === type).length]);
    expect(Object.fromEntries(counts)).toEqual(wanted);
  });

  test("from another folder, whose files only their owner may read, makes zips with the same hashes", async () => {
    const [name = ""] = Object.keys(environments);
    const synthesis = (output: string) => synthesize(name, output);
    const elsewhere = await planStacks({ synthesize: synthesis, awsUrl: aws.url, prepare: restrictToOwner });
    try {
      const hashes = (stacks: readonly PlannedStack[]) => stacks.flatMap(archivesOf).map(({ sha256 }) => sha256);
      expect(hashes(elsewhere)).toEqual(hashes(await stacksOf(name)));
    } finally {
      for (const { workspace } of elsewhere) workspace.remove();
    }
  });

  test("of the demonstration without the throttle fails, and says why", async () => {
    const settings = { postgresSink: {} };
    const synthesis = (output: string) => synthesizeSink("unbounded", settings, output, { withoutThrottle: true });
    await expect(planStacks({ synthesize: synthesis, awsUrl: aws.url })).rejects.toThrow(
      /A demonstration without the throttle, to be run on one machine only: do\s+not\s+deploy\s+it\./,
    );
  });

  test("of a changed consumer differs in the consumer's function and in nothing else", async () => {
    const changed = mkdtempSync(join(tmpdir(), "webhook-changed-function-"));
    cpSync(FUNCTIONS_DIRECTORY, changed, { recursive: true });
    appendFileSync(join(changed, "consume", "index.js"), "\n// changed\n");
    const synthesis = (output: string) => synthesizeSettings("zone", PLANNED_ONLY.zone ?? {}, output, changed);
    const after = await planStacks({ synthesize: synthesis, awsUrl: aws.url });
    try {
      const [before, now] = [plannedValues(await stacksOf("zone")), plannedValues(after)];
      const different = [...now.keys()].filter((address) => now.get(address) !== before.get(address));
      expect(different).toEqual(["aws_lambda_function.consumer_function"]);
    } finally {
      for (const { workspace } of after) workspace.remove();
      rmSync(changed, { recursive: true });
    }
  });
});

const isMigrations = (functionName: string) => functionName.endsWith("-migrate");
const MIGRATIONS = readdirSync(join(FUNCTIONS_DIRECTORY, "migrate", "migrations"))
  .sort()
  .map((name) => `migrations/${name}`);

/** Everything that is planned for each managed resource. */
function plannedValues(stacks: readonly PlannedStack[]): ReadonlyMap<string, string> {
  const changes = stacks.flatMap(({ plan }) => plan.resource_changes);
  return new Map(changes.map(({ address, change }) => [address, JSON.stringify(change)]));
}

const archivesOf = ({ plan, workspace }: PlannedStack): readonly DeployedArchive[] =>
  deployedArchives(plan, workspace.directory);

function restrictToOwner(directory: string): void {
  for (const item of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (item.isFile()) chmodSync(join(item.parentPath, item.name), 0o600);
  }
}
