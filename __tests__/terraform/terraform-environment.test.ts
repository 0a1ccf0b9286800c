import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { terraformEnvironment } from "./terraform-environment";

const AWS = "http://127.0.0.1:4000";
const folder = mkdtempSync(join(tmpdir(), "webhook-environment-"));
const surroundings = { settingsFolder: folder, awsUrl: AWS, mirror: undefined, reattach: undefined };
const inherited = { ...process.env };

beforeEach(() => {
  process.env.TF_PLUGIN_CACHE_DIR = join(folder, "cache");
});
afterEach(() => {
  process.env = { ...inherited };
});
afterAll(() => rmSync(folder, { recursive: true }));

test("no credentials, profile or endpoint of the caller reach the run", () => {
  const own = ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_SQS", "TF_VAR_region", "TF_WORKSPACE"];
  for (const name of own) process.env[name] = "the caller's";
  const environment = terraformEnvironment(surroundings);
  expect(Object.entries(environment).filter(([, value]) => value === "the caller's")).toEqual([]);
  expect(environment).toMatchObject({ AWS_ENDPOINT_URL: AWS, AWS_ACCESS_KEY_ID: "emulated", PATH: inherited.PATH });
});

test("a mirror replaces the registry, whatever the caller's settings file says", () => {
  process.env.TF_CLI_CONFIG_FILE = "the caller's";
  const environment = terraformEnvironment({ ...surroundings, mirror: { directory: "/mirror", hasArchive: false } });
  expect(environment).toMatchObject({
    TF_CLI_ARGS_init: "-plugin-dir=/mirror",
    TF_CLI_CONFIG_FILE: join(folder, "terraform.rc"),
  });
});

test("without a mirror, the caller's way to the registry and the caller's cache are kept", () => {
  process.env.TF_CLI_CONFIG_FILE = "the caller's";
  expect(terraformEnvironment(surroundings)).toMatchObject({
    TF_CLI_CONFIG_FILE: "the caller's",
    TF_PLUGIN_CACHE_DIR: join(folder, "cache"),
    TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "true",
  });
});
