/** What is no plan: one clear message each, and an exit code that is not the one of a dangerous plan. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PLAN_ERROR_CODES } from "../../../operate/plan-summary/errors";
import { golden, planSummary, written } from "./plan-summary-command";

const READS = "plan-summary reads what terraform show -json prints of a saved plan.";
const MAKE_ONE = "terraform plan -out=PLAN && terraform show -json PLAN > PLAN.json";

function message(what: string, rule: string, remedy: string, code: string): string {
  return `${what}\n  ${rule}\n${`  ${remedy}`.padEnd(100)} [${code}]\n`;
}

const STATE = { format_version: "1.0", terraform_version: "1.11.4", values: { root_module: {} } };
const NEWER = { format_version: "2.0", planned_values: {}, resource_changes: [] };
const MALFORMED = {
  format_version: "1.2",
  planned_values: {},
  resource_changes: [{ address: "aws_sqs_queue.events" }],
};
const LOG = '{"@level":"info","@message":"Terraform 1.11.4","type":"version"}\n{"@level":"info"}';

test.each<[string, string | Uint8Array, (file: string) => [string, string, string, string]]>([
  [
    "an empty file",
    " \n",
    (file) => [
      `${file} is empty`,
      `${READS} An empty file is usually what a failed terraform show leaves behind.`,
      "See what terraform show said, and run it again.",
      "PLAN_EMPTY",
    ],
  ],
  [
    "the saved plan",
    Buffer.from("PK\u0003\u0004…", "latin1"),
    (file) => [
      `${file} is the saved plan itself, which only Terraform can read`,
      READS,
      `In the folder of the stack: terraform show -json ${file} > ${file}.json`,
      "PLAN_BINARY",
    ],
  ],
  [
    "the log of a plan",
    LOG,
    (file) => [`${file} is the log of terraform plan -json, a line a message`, READS, MAKE_ONE, "PLAN_LOG"],
  ],
  [
    "a state",
    JSON.stringify(STATE),
    (file) => [
      `${file} is a state and not a plan`,
      "terraform show -json without a file shows the state.",
      MAKE_ONE,
      "PLAN_STATE",
    ],
  ],
  [
    "another JSON file",
    JSON.stringify({ resource: { aws_sqs_queue: {} } }),
    (file) => [
      `${file} is JSON, but no plan`,
      `${READS} It has format_version, and planned_values or resource_changes.`,
      MAKE_ONE,
      "PLAN_NOT_A_PLAN",
    ],
  ],
  [
    "a newer format version",
    JSON.stringify(NEWER),
    (file) => [
      `${file} has the format version "2.0"; plan-summary reads 1.x`,
      "Another major version may say the same by other names (Terraform, JSON Output Format, format version).",
      "Update this project, or plan with a Terraform that writes the version it reads (1.1 to 1.x).",
      "PLAN_FORMAT_VERSION",
    ],
  ],
  [
    "a plan that somebody edited",
    JSON.stringify(MALFORMED),
    (file) => [
      `${file} is not as Terraform writes a plan: resource_changes.0.type: Invalid input: expected string, received undefined`,
      "Terraform, JSON Output Format, plan representation.",
      "Make it again, without anything that edits it.",
      "PLAN_MALFORMED",
    ],
  ],
])("%s is refused with what it is, and exit code 64", async (_what, content, parts) => {
  const file = written(content);
  expect(await planSummary(file, "--fail-on-danger")).toEqual({
    exitCode: 64,
    stdout: "",
    stderr: message(...parts(file)),
  });
});

test("a file that is not there, and one that is not JSON, are told together, and no plan is summarized", async () => {
  const wrong = written("[command]terraform show -json\n{}");
  const { exitCode, stdout, stderr } = await planSummary("nowhere.json", golden("table-replaced"), wrong);
  expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: "" });
  const [first, second] = stderr.split("\n\n");
  expect(`${first}\n`).toEqual(
    message(
      "nowhere.json cannot be read: ENOENT: no such file or directory, open 'nowhere.json'",
      READS,
      "Check the path.",
      "PLAN_UNREADABLE",
    ),
  );
  expect(second).toContain(`${wrong} is not JSON: `);
  expect(second).toContain("[PLAN_NOT_JSON]");
});

test.each([
  [
    ["--lock-before", "__tests__/jest.txt"],
    message(
      "Only one of --lock-before and --lock-after is given",
      "A plan does not say by which provider it was made: two lock files are compared.",
      "Give both, or none.",
      "LOCK_ALONE",
    ),
  ],
  [
    ["--lock-before", "package.json", "--lock-after", ".terraform.lock.hcl"],
    message(
      "package.json locks no provider",
      "A lock file is .terraform.lock.hcl, as terraform init writes it.",
      "Check the path; of another commit: git show COMMIT:.terraform.lock.hcl > before.lock.hcl",
      "LOCK_UNREADABLE",
    ),
  ],
])("%j is refused", async (args, stderr) => {
  expect(await planSummary(golden("nothing-changes"), ...args)).toEqual({ exitCode: 64, stdout: "", stderr });
});

test.each([
  [[], "missing required argument 'plans'"],
  [["plan.json", "--fail"], "unknown option '--fail'"],
])("plan-summary %j is a usage error, told apart from a danger", async (args, expected) => {
  const { exitCode, stderr } = await planSummary(...args);
  expect(exitCode).toBe(64);
  expect(stderr).toContain(expected);
});

test("a plan that Windows PowerShell wrote, in UTF-16, is read", async () => {
  const plan = readFileSync(golden("consumer-off"), "utf8");
  const file = written(Buffer.from(`\uFEFF${plan}`, "utf16le"), "consumer-off.json");
  expect(await planSummary(file)).toEqual(await planSummary(golden("consumer-off")));
});

test.each([...PLAN_ERROR_CODES])("%s is explained in docs/review.md", (code) => {
  const guide = readFileSync(join(__dirname, "../../../docs/review.md"), "utf8");
  expect(guide).toContain(`### ${code}`);
});
