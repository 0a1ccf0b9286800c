import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProjectCopy } from "./project-copy";

/** As a deployer edits it: what there is, one with a publisher, a domain and a database, and one with remote state. */
const ENVIRONMENTS = `
import type { EnvironmentSettings } from "./stacks/settings";
import { environments as given } from "./given-environments";
const publisher: EnvironmentSettings = {
  ingress: "lambda",
  domain: {
    name: "hooks.example.com",
    certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
  },
  postgresSink: {},
};
const remote: EnvironmentSettings = { state: { kind: "s3", bucket: "acme-state" } };
export const environments = { ...given, publisher, remote };
`;

let folder: string;
let here: ProjectCopy;
let there: ProjectCopy;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "webhook-copies-"));
  here = new ProjectCopy(join(folder, "here"), "0o022");
  there = new ProjectCopy(join(folder, "somewhere/else/entirely"), "0o077");
  for (const copy of [here, there]) {
    copy.rename("environments.ts", "given-environments.ts");
    copy.write("environments.ts", ENVIRONMENTS);
    expect(copy.node(["build.mjs"])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  }
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["dev", ["consumer"]],
  ["production", ["consumer"]],
  ["publisher", ["consumer", "publisher"]],
  ["remote", ["consumer"]],
])("%s is the same bytes from another folder under another umask", (environment, functions) => {
  for (const copy of [here, there]) {
    const run = copy.node(["dist/main.cjs"], { WEBHOOK_ENVIRONMENT: environment, CDKTF_OUTDIR: `out-${environment}` });
    expect(run).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  }
  const files = here.files(`out-${environment}`);
  expect(Object.keys(files)).toEqual([
    "manifest.json",
    `stacks/webhook-${environment}/.terraform.lock.hcl`,
    ...functions.flatMap((name) =>
      ["index.js", "index.js.map"].map((file) =>
        expect.stringMatching(
          new RegExp(`^stacks/webhook-${environment}/assets/${name}_bundle_code/[0-9A-F]{32}/${file}$`),
        ),
      ),
    ),
    `stacks/webhook-${environment}/cdk.tf.json`,
  ]);
  expect(there.files(`out-${environment}`)).toEqual(files);
  expect(Object.entries(files).filter(([, text]) => text.includes(folder))).toEqual([]);
});

test("the stack with a database is the same bytes, from the SQL to the folder that the migrations are zipped from", () => {
  for (const copy of [here, there]) {
    const variables = { WEBHOOK_ENVIRONMENT: "publisher", WEBHOOK_STACK: "postgres-sink", CDKTF_OUTDIR: "out-sink" };
    expect(copy.node(["dist/main.cjs"], variables)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  }
  const files = here.files("out-sink");
  const inAssets = (bundle: string, file: string) =>
    expect.stringMatching(
      new RegExp(`^stacks/postgres-sink-publisher/assets/${bundle}_bundle_code/[0-9A-F]{32}/${file}$`),
    );
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining([
      "stacks/postgres-sink-publisher/cdk.tf.json",
      ...["consumer", "publisher", "retention", "migrations_migrate", "migrations_start"].map((name) =>
        inAssets(name, "index\\.js"),
      ),
      inAssets("migrations_migrate", "migrations/0001_events\\.sql"),
    ]),
  );
  expect(there.files("out-sink")).toEqual(files);
  expect(Object.entries(files).filter(([, text]) => text.includes(folder))).toEqual([]);
});

test("a run on this machine leaves what would be deployed alone, and says what is a demonstration", () => {
  const variables = { WEBHOOK_ENVIRONMENT: "publisher", WEBHOOK_STACK: "postgres-sink" };
  expect(here.node(["dist/main.cjs"], { WEBHOOK_ENVIRONMENT: "publisher" }).exitCode).toBe(0);
  const deployed = here.files("cdktf.out/stacks");
  expect(here.node(["dist/main.cjs", "--local"], variables)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  expect(here.node(["dist/main.cjs", "--without-throttle"], variables)).toEqual({
    exitCode: 0,
    stdout: "",
    stderr:
      "A demonstration without the throttle: no maximum concurrency, no limit on connections. Not to be deployed.\n",
  });
  expect(here.files("cdktf.out/stacks")).toEqual(deployed);
  const limits = ["local-postgres-sink", "local-postgres-sink-without-throttle"].map((outdir) => {
    const file = here.files(`cdktf.out/${outdir}`)["stacks/postgres-sink-publisher/cdk.tf.json"] ?? "";
    return /"CONSUMER_CONNECTION_LIMIT": "(-?\d+)"/.exec(file)?.[1];
  });
  expect(limits).toEqual([expect.stringMatching(/^[1-9]\d*$/), "-1"]);
});

test("the throttle of a stack that has none cannot be left out", () => {
  expect(here.node(["dist/main.cjs", "--without-throttle"])).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: `--without-throttle is asked for, but the stack is "webhook".
  It shows what a burst does to a database that takes so many connections; the table of this stack has no such limit.
  Leave it out, or choose the stack postgres-sink.                                                   [THROTTLE_NOT_OPTIONAL]
`,
  });
});

test("the bucket for state is a stack of its own, the same bytes everywhere", () => {
  for (const copy of [here, there]) {
    const variables = { WEBHOOK_ENVIRONMENT: "remote", WEBHOOK_STACK: "state", CDKTF_OUTDIR: "out-state" };
    expect(copy.node(["dist/main.cjs"], variables)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  }
  const files = here.files("out-state");
  expect(Object.keys(files)).toEqual([
    "manifest.json",
    "stacks/webhook-state/.terraform.lock.hcl",
    "stacks/webhook-state/cdk.tf.json",
  ]);
  expect(there.files("out-state")).toEqual(files);
});

test("the cdktf command line makes the same bytes as npm run synth", () => {
  expect(here.node(["dist/main.cjs"], { CDKTF_OUTDIR: "out-synth" }).exitCode).toBe(0);
  const cdktf = here.node(["node_modules/cdktf-cli/bundle/bin/cdktf.js", "synth", "--output", "out-cdktf"]);
  expect(cdktf.stdout).toContain("Generated Terraform code for the stacks: webhook-dev");
  expect(here.files("out-cdktf")).toEqual(here.files("out-synth"));
}, 60_000);

test("a mistake is plain text and exit code 2, without a stack trace", () => {
  expect(here.node(["dist/main.cjs"], { WEBHOOK_ENVIRONMENT: "staging" })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: `There is no environment "staging" in environments.ts.
  It has: dev, production, publisher, remote
  Set WEBHOOK_ENVIRONMENT (or --environment) to one of them, or add it to environments.ts.           [ENVIRONMENT_UNKNOWN]
`,
  });
});
