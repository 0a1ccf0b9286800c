/** The script that writes the one comment, with a `gh` that says what it was called with. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SCRIPT = join(__dirname, "../../../.github/scripts/update-comment.sh");
const COMMENTS = "repos/owner/repository/issues/7/comments";

const folder = mkdtempSync(join(tmpdir(), "webhook-gh-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** @param ids what the search finds, a line each. @returns the calls' words */
function run(ids: string): string[][] {
  const calls = join(folder, "calls");
  writeFileSync(calls, "");
  writeFileSync(
    join(folder, "gh"),
    `#!/bin/sh\nprintf '%s\\t' "$@" >> '${calls}'\necho >> '${calls}'\ncase "$2" in --paginate) printf '${ids}' ;; esac\n`,
  );
  chmodSync(join(folder, "gh"), 0o755);
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env.PATH}`,
    GITHUB_REPOSITORY: "owner/repository",
    PULL_REQUEST: "7",
  };
  execFileSync(SCRIPT, ["summary.md"], { env });
  const lines = readFileSync(calls, "utf8").trimEnd().split("\n");
  return lines.map((line) => line.split("\t").filter((word) => word !== ""));
}

test("the first time, it is written anew", () => {
  expect(run("")[1]).toEqual(["api", "--silent", "--method", "POST", COMMENTS, "--field", "body=@summary.md"]);
});

test.each(["42\\n", "42\\n43\\n"])("after that, the same one is written over (%j)", (ids) => {
  const [search, write] = run(ids);
  expect(search?.slice(0, 3)).toEqual(["api", "--paginate", `${COMMENTS}?per_page=100`]);
  expect(write).toEqual([
    "api",
    "--silent",
    "--method",
    "PATCH",
    "repos/owner/repository/issues/comments/42",
    "--field",
    "body=@summary.md",
  ]);
});

test("only a comment of the workflow's own is looked for: anybody can write the marker", () => {
  expect(run("")[0]?.at(-1)).toBe(
    '.[] | select(.user.login == "github-actions[bot]" and (.body | startswith("<!-- plan-summary -->"))) | .id',
  );
});
