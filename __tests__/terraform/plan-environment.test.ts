/** The script by which the workflows plan, on stacks of the test's own: `npm run synth` writes them. */

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPlan } from "../../operate/plan-summary/read-plan";
import { findPluginMirror } from "./plugin-mirror";
import { describeWithTerraform } from "./requirements";
import { terraformEnvironment } from "./terraform-environment";

jest.setTimeout(120_000);

const SCRIPT = join(__dirname, "../../.github/scripts/plan-environment.sh");
/** Nothing listens there: these stacks have no provider. */
const NO_AWS = "http://127.0.0.1:9";

describeWithTerraform("planning an environment in a workflow", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "webhook-environment-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /**
   * @param stacks their Terraform JSON by their names; what is not of PostgreSQL is the webhook's
   * @param without what is said where an environment has no stack with PostgreSQL
   */
  function plan(stacks: Readonly<Record<string, object>>, without = "it has none [POSTGRES_SINK_MISSING]") {
    const bin = join(root, "bin");
    mkdirSync(bin);
    const writes = Object.entries(stacks).map(([name, json]) => {
      const kind = name.startsWith("postgres-sink-") ? "postgres-sink" : "webhook";
      const folder = `"$CDKTF_OUTDIR/stacks/${name}"`;
      return `if [ "$WEBHOOK_STACK" = ${kind} ]; then mkdir -p ${folder}; echo '${JSON.stringify(json)}' > ${folder}/cdk.tf.json; fi`;
    });
    const lines = [
      "#!/bin/sh",
      '[ "$WEBHOOK_ENVIRONMENT $*" = "dev run --silent synth" ] || exit 9',
      ...writes,
      // As cdktf: nothing is left of what another run has made.
      `[ -d "$CDKTF_OUTDIR/stacks" ] || { echo '${without}' >&2; exit 2; }`,
    ];
    writeFileSync(join(bin, "npm"), `${lines.join("\n")}\n`);
    chmodSync(join(bin, "npm"), 0o755);
    const settings = { settingsFolder: root, awsUrl: NO_AWS, mirror: findPluginMirror(), reattach: undefined };
    const environment = terraformEnvironment(settings);
    return spawnSync(SCRIPT, ["dev", join(root, "stacks"), join(root, "plans")], {
      cwd: root,
      env: { ...environment, PATH: `${bin}:${process.env.PATH}` },
      encoding: "utf8",
    });
  }

  const stack = (resource: object) => ({ terraform: { required_version: ">= 1.5.0" }, resource });
  const data = (input: string) => stack({ terraform_data: { it: { input } } });

  test("writes each plan as JSON beside no value on its output, and names the stacks that change", () => {
    const { status, stdout } = plan({ "webhook-dev": data("a value"), "webhook-still": { terraform: {} } });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    const changes = (name: string) => {
      const file = join(root, "plans", `${name}.json`);
      return readPlan(file, readFileSync(file)).changes.map(({ action, address }) => `${action} ${address}`);
    };
    expect(changes("webhook-dev")).toEqual(["create terraform_data.it"]);
    expect(changes("webhook-still")).toEqual([]);
    expect(readFileSync(join(root, "plans/changed"), "utf8")).toBe("webhook-dev\n");
    expect(existsSync(join(root, "stacks/dev/stacks/webhook-dev/plan.tfplan"))).toBe(true);
  });

  test("plans the stack with PostgreSQL beside the webhook, where the environment has one", () => {
    const { status } = plan({ "webhook-dev": data("a"), "postgres-sink-dev": data("b") });
    expect(status).toBe(0);
    expect(readFileSync(join(root, "plans/changed"), "utf8")).toBe("postgres-sink-dev\nwebhook-dev\n");
  });

  test("fails as the settings of the stack with PostgreSQL do, in their words", () => {
    const { status, stderr } = plan({ "webhook-dev": data("a") }, "proxy is true [SETTINGS_INVALID]");
    expect({ status, stderr }).toEqual({ status: 1, stderr: "proxy is true [SETTINGS_INVALID]\n" });
  });

  test("refuses a stack whose state is a file on somebody's machine", () => {
    const local = {
      ...data("a"),
      terraform: { backend: { local: { path: "../../../terraform.webhook-dev.tfstate" } } },
    };
    const { status, stdout } = plan({ "webhook-dev": local });
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout:
        "::error::webhook-dev keeps its state in a file on somebody's machine. Set state in environments.ts: docs/state.md.\n",
    });
  });

  test("fails as Terraform does, in its words", () => {
    const { status, stderr } = plan({ "webhook-dev": data("${nothing.there}") });
    expect(status).toBe(1);
    expect(stderr).toContain("Reference to undeclared resource");
  });
});
