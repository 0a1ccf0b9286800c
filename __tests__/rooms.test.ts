/** The rooms meet at two seams only; the linter holds that, and this holds the linter. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "..");
const BIOME = join(ROOT, "node_modules/@biomejs/biome/bin/biome");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "webhook-rooms-"));
  const rules = JSON.parse(readFileSync(join(ROOT, "biome.json"), "utf8"));
  writeFileSync(join(folder, "biome.json"), JSON.stringify({ ...rules, vcs: { enabled: false } }));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the linter says of a file that stands there and has this import. */
function lint(file: string, imported: string): string {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), `import { thing } from "${imported}";\n\nexport const other = thing;\n`);
  const { stdout, stderr } = spawnSync(process.execPath, [BIOME, "lint", file], { cwd: folder, encoding: "utf8" });
  return `${stdout}${stderr}`;
}

test.each([
  ["stacks/parts/new.ts", "@cdktf/provider-aws"],
  ["stacks/parts/new.ts", "../../functions/event/identity"],
  ["stacks/new.ts", "../local/template"],
  ["functions/consume/new.ts", "cdktf"],
  ["functions/consume/new.ts", "../../stacks/limits"],
  ["functions/event/new.ts", "../stores/dynamodb"],
  ["functions/event/new.ts", "node:fs"],
  ["local/new.ts", "../stacks/limits"],
  ["local/new.ts", "../functions/event/identity"],
  ["operate/new.ts", "../local/template"],
  ["operate/new.ts", "../stacks/settings"],
  ["operate/verify/new.ts", "../../functions/event/identity"],
  ["operate/replay/new.ts", "../../functions/consume/consume"],
  ["operate/replay/new.ts", "../../functions/publish/publish"],
  ["operate/replay/new.ts", "../../stacks/settings"],
])("%s may not import %s", (file, imported) => {
  expect(lint(file, imported)).toContain("lint/style/noRestrictedImports");
});

test.each([
  ["stacks/parts/new.ts", "@cdktf/provider-aws/lib/sqs-queue"],
  ["stacks/parts/new.ts", "../../functions/environment"],
  ["functions/consume/new.ts", "../event/identity"],
  ["functions/event/new.ts", "node:crypto"],
  ["local/new.ts", "@aws-sdk/client-sqs"],
  ["operate/new.ts", "../stacks/capacity"],
  ["operate/replay/new.ts", "../../functions/event/source"],
  ["operate/replay/new.ts", "../../functions/stores/dynamodb"],
  ["operate/replay/new.ts", "../../functions/consume/decision"],
  ["cli/new.ts", "../local/start"],
])("%s may import %s", (file, imported) => {
  expect(lint(file, imported)).toContain("Checked 1 file");
  expect(lint(file, imported)).not.toContain("noRestrictedImports");
});
