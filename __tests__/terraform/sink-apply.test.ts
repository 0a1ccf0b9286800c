/** As apply.test.ts, of the stack whose sink is PostgreSQL. Its database takes the provider minutes. */

import type { AppliedSink } from "./applied-sink";
import type { DeployedSink } from "./deployed-sink";
import { differences, explanation, unexplained } from "./drift";
import { EMULATOR_DIFFERENCES } from "./emulator-differences";
import { expectedCounts } from "./inventory";
import type { Plan } from "./plan-json";
import { promisedSink } from "./promised-sink";
import { describeWithTerraform } from "./requirements";
import { liveSink, type SinkLife } from "./sink-life";
import { ADMINISTRATORS } from "./sink-surroundings";
import { SINKS, type SinkVariant, type Surroundings } from "./sink-variants";

// Four to six minutes on two cores; the database alone needs 80 s to be made and 60 s to go.
jest.setTimeout(900_000);

/** Where the first apply finds migrations that fail, and where a change is planned at the end. */
const FAILS_FIRST = "sinkguest";
const CHANGED = ["sinkalone", "sinkguest"];
const MISTAKE = 'Migration 0001_events.sql failed: syntax error at or near "TABEL"';

describeWithTerraform("terraform apply and destroy of a stack with PostgreSQL", () => {
  const lives = new Map<string, Promise<SinkLife>>();
  const lifeOf = ({ name }: Pick<SinkVariant, "name">) => lives.get(name) as Promise<SinkLife>;

  beforeAll(() => {
    for (const variant of SINKS) {
      const { name } = variant;
      const life = liveSink(variant, {
        ...(name === FAILS_FIRST ? { mistake: MISTAKE } : {}),
        change: CHANGED.includes(name),
      });
      // Each test of the stack fails with the reason.
      life.catch(() => undefined);
      lives.set(name, life);
    }
  });

  afterAll(() => Promise.allSettled(lives.values()));

  describe.each(
    SINKS.map((variant) => ({
      ...variant,
      title: `${variant.name} (${variant.ingress} ingress, ${variant.network} network, database ${variant.database})`,
    })),
  )("of $title", (variant) => {
    const promisedOf = ({ deployed, present }: AppliedSink, { secretArn }: Surroundings) =>
      promisedSink(variant, {
        bucket: present.aws_s3_bucket?.[0],
        // Of a new database RDS makes the secret.
        secretArn: variant.database === "new" ? String(deployed.database?.SecretArn) : secretArn,
      });

    test("plans, without an error or a warning, each resource of the stack's JSON", async () => {
      const { validation, plan, declared } = (await lifeOf(variant)).applied.planned;
      expect(validation.diagnostics).toEqual([]);
      const planned = plan.resource_changes.map(({ address, change }) => `${change.actions} ${address}`);
      expect(planned.sort()).toEqual(declared.map((address) => `create ${address}`));
    });

    test("makes as many of each as the JSON declares", async () => {
      const { present, planned } = (await lifeOf(variant)).applied;
      const counts = Object.entries(present).map(([type, names]) => [type, names.length]);
      expect(Object.fromEntries(counts)).toEqual(expectedCounts(planned.declared));
    });

    test("makes mapping, functions, database and schedule as the settings promise", async () => {
      const { applied, surroundings } = await lifeOf(variant);
      const { mapping, functions, schedule, database, parameters } = promisedOf(applied, surroundings);
      expect(withNetworks(applied.deployed)).toMatchObject({ mapping, functions, schedule });
      if (database === undefined) expect(applied.deployed).not.toHaveProperty("database");
      else expect(applied.deployed).toMatchObject({ database, parameters });
    });

    test("runs what logs in to the database in its network, and nothing else", async () => {
      const { applied, surroundings } = await lifeOf(variant);
      const networks = Object.values(applied.deployed.functions).map(({ VpcConfig }) => VpcConfig as Network | null);
      const used = [
        ...new Set(networks.filter((one) => one !== null).map(({ SubnetIds }) => [...SubnetIds].sort().join())),
      ];
      const existing = [...surroundings.subnetIds].sort().join();
      if (variant.network === "existing") expect(used).toEqual([existing]);
      else expect(used).toEqual([expect.not.stringContaining(existing)]);
    });

    test("tells each function what it has to know, and no more", async () => {
      const { applied, surroundings } = await lifeOf(variant);
      const told = Object.entries(applied.deployed.functions).map(([name, { variables }]) => [name, variables]);
      expect(Object.fromEntries(told)).toEqual(promisedOf(applied, surroundings).variables);
    });

    test("deploys the very zips that were planned", async () => {
      const { deployed, archives } = (await lifeOf(variant)).applied;
      const hashes = Object.values(deployed.functions).map(({ CodeSha256 }) => CodeSha256);
      expect(hashes.sort()).toEqual(archives.map(({ sha256 }) => sha256).sort());
    });

    test("gives each role the rights that it needs, and no other", async () => {
      const { applied, surroundings } = await lifeOf(variant);
      expect(applied.deployed.rights).toEqual(promisedOf(applied, surroundings).rights);
    });

    test("is followed by a plan that shows the emulator's own differences only", async () => {
      expect(unexplained((await lifeOf(variant)).applied.second, EMULATOR_DIFFERENCES)).toEqual([]);
    });

    test("is followed by a plan that shows nothing once these are ignored: they hide no other", async () => {
      expect(unexplained((await lifeOf(variant)).applied.judged, [])).toEqual([]);
    });

    test("has no password in what it prints, keeps, plans or logs", async () => {
      const { applied, log } = await lifeOf(variant);
      const { planned, printed, state, second, failed } = applied;
      const seen = { printed, state, log, failed: failed?.said ?? "", plans: JSON.stringify([planned.plan, second]) };
      for (const { password } of Object.values(ADMINISTRATORS)) {
        const where = Object.entries(seen).filter(([, text]) => text.includes(password));
        expect(where.map(([name]) => name)).toEqual([]);
      }
      expect(passwordsIn(JSON.parse(state))).toEqual([]);
    });

    test("is undone by a destroy, to the last resource", async () => {
      expect((await lifeOf(variant)).applied.left).toEqual({ state: [], inventory: {} });
    });
  });

  test.each([
    ["of a new database", "sinkalone", [ADMINISTRATORS.new]],
    [
      "of one that is there, once more after a mistake",
      FAILS_FIRST,
      [ADMINISTRATORS.existing, ADMINISTRATORS.existing],
    ],
    ["of one whose secret nobody names: never", "sinkbyhand", []],
  ])("the migrations get the administrator's log-in: %s", async (_what, name, logins) => {
    expect((await lifeOf({ name })).payloads).toEqual(logins);
  });

  test("migrations that fail end the apply with what they said, and before the consumer is fed", async () => {
    const { said = "", present = {} } = (await lifeOf({ name: FAILS_FIRST })).applied.failed ?? {};
    expect(said).toContain("Error: invoking Lambda Function (sinkguest-postgres-sink-migrate-start)");
    expect(said).toContain(JSON.stringify(MISTAKE).slice(1, -1));
    expect(said).toContain("[MIGRATE_FAILED]");
    expect(present).toHaveProperty("aws_lambda_function");
    expect(present).not.toHaveProperty("aws_lambda_event_source_mapping");
  });

  test("more connections, more concurrency and other SQL: a parameter that waits for a restart, and migrations", async () => {
    const { changed } = (await lifeOf({ name: "sinkalone" })).applied;
    expect(openIn(changed)).toEqual([
      "aws_db_parameter_group.database_parameters: parameter",
      "aws_lambda_event_source_mapping.consumer_mapping: scaling_config",
      "aws_lambda_function.migrations_migrate_function: environment",
      "aws_lambda_function.migrations_migrate_function: last_modified",
      "aws_lambda_function.migrations_migrate_function: source_code_hash",
      "aws_lambda_invocation.migrations_invocation: delete and create",
      "output.max_connections: update",
    ]);
    const group = changed?.resource_changes.find(({ type }) => type === "aws_db_parameter_group");
    expect(group?.change.after?.parameter).toContainEqual({
      name: "max_connections",
      value: "80",
      apply_method: "pending-reboot",
    });
  });

  test("the same of a database that is there: its parameters are its own, and the budget grows with them", async () => {
    expect(openIn((await lifeOf({ name: "sinkguest" })).applied.changed)).toEqual([
      "aws_lambda_event_source_mapping.consumer_mapping: scaling_config",
      "aws_lambda_function.migrations_migrate_function: environment",
      "aws_lambda_function.migrations_migrate_function: last_modified",
      "aws_lambda_function.migrations_migrate_function: source_code_hash",
      "aws_lambda_invocation.migrations_invocation: delete and create",
      "output.connection_budget: update",
      "output.max_connections: update",
    ]);
  });

  test.each(
    EMULATOR_DIFFERENCES.filter(({ isSinks }) => isSinks).map((entry) => ({
      ...entry,
      title: `${entry.type}.${entry.attribute}`,
    })),
  )("the emulator still shows $title: $reason", async ({ type, attribute }) => {
    const all = (await Promise.all(lives.values())).flatMap(({ applied }) => differences(applied.second));
    const entries = all.map((difference) => explanation(difference, EMULATOR_DIFFERENCES));
    expect(entries).toContainEqual(expect.objectContaining({ type, attribute }));
  });
});

interface Network {
  readonly SubnetIds: readonly string[];
}

/** With what every function's place comes down to. */
function withNetworks({ functions, ...rest }: DeployedSink) {
  const placed = Object.entries(functions).map(([name, one]) => {
    const { SubnetIds = [] } = (one.VpcConfig ?? {}) as Partial<Network>;
    return [name, { ...one, isInVpc: SubnetIds.length > 0 }];
  });
  return { ...rest, functions: Object.fromEntries(placed) };
}

/** What a plan changes beside the emulator's own, such as "aws_x.y: attribute". */
function openIn(plan: Plan | undefined): readonly string[] {
  const all = plan === undefined ? [] : differences(plan);
  return all
    .filter((difference) => explanation(difference, EMULATOR_DIFFERENCES) === undefined)
    .map(({ address, what }) => `${address}: ${what}`)
    .sort();
}

/** Paths of attributes that are named like a password and have a text. */
function passwordsIn(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = path === "" ? name : `${path}.${name}`;
    const isOne = /password/i.test(name) && typeof inner === "string" && inner !== "";
    return [...(isOne ? [here] : []), ...passwordsIn(inner, here)];
  });
}
