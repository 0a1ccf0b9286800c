/** The providers that a second machine gets, of those that it could have. Nothing here runs a provider: init installs only. */

import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, tmpdir } from "node:os";
import { join } from "node:path";
import { lockProviders } from "../../stacks/provider-lock";
import { describeWithTerraform } from "./requirements";
import { lockedVersions } from "./state-providers";
import { type Ended, terraformIn } from "./state-run";
import { synthesize } from "./synthesized";
import { terraformEnvironment } from "./terraform-environment";

jest.setTimeout(60_000);

const NOBODY = "http://127.0.0.1:9";
const LOCKED = lockedVersions();
const NEWER = { archive: "2.99.0", aws: "6.99.0" };
const HERE = `${process.platform}_${arch() === "x64" ? "amd64" : arch()}`;
const PLATFORMS = ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"];

describeWithTerraform("the providers of a stack", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "webhook-providers-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test("are the same on a second machine that could have newer ones", async () => {
    const [here, there] = [machine("here", LOCKED), machine("there", LOCKED, NEWER)];
    for (const { terraform, selected } of [here, there]) {
      expect(await terraform("init")).toMatchObject({ exitCode: 0 });
      expect(await selected()).toEqual(LOCKED);
    }
  });

  test("would be the newest that the stack allows, were it not for the lock file", async () => {
    const { folder, terraform, selected } = machine("there", LOCKED, NEWER);
    rmSync(join(folder, ".terraform.lock.hcl"));
    expect(await terraform("init")).toMatchObject({ exitCode: 0 });
    expect(await selected()).toEqual(NEWER);
  });

  test("are also the same bytes on every platform, once their checksums are in the project's lock file", async () => {
    const { folder, mirror, terraform } = machine("here", LOCKED);
    const platforms = PLATFORMS.map((platform) => `-platform=${platform}`);
    const lock = await terraform("providers", "lock", `-fs-mirror=${mirror}`, ...platforms);
    expect(lock).toMatchObject({ exitCode: 0 });
    const project = join(root, "project");
    mkdirSync(project);
    const checksums = readFileSync(join(folder, ".terraform.lock.hcl"), "utf8");
    expect(checksums.match(/"h1:/g)).toHaveLength(PLATFORMS.length * Object.keys(LOCKED).length);
    writeFileSync(join(project, ".terraform.lock.hcl"), checksums);

    const same = machine("same", LOCKED);
    lockProviders(project, same.folder);
    expect(await same.terraform("init", "-lockfile=readonly")).toMatchObject({ exitCode: 0 });

    const other = machine("other", LOCKED);
    lockProviders(project, other.folder);
    appendFileSync(binary(other.mirror, "aws", LOCKED.aws, HERE), "something else");
    const { exitCode, stderr } = await other.terraform("init");
    expect(exitCode).toBe(1);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(
      `the local package for registry.terraform.io/hashicorp/aws ${LOCKED.aws} doesn't match any of the checksums previously recorded in the dependency lock file`,
    );
  });

  /** A machine with a stack as it is synthesized there, and the providers that it can reach. */
  function machine(name: string, ...available: readonly Readonly<Record<string, string>>[]) {
    const home = join(root, name);
    const mirror = join(home, "mirror");
    for (const versions of available) {
      for (const [provider, version] of Object.entries(versions)) {
        for (const platform of new Set([HERE, ...PLATFORMS])) {
          const file = binary(mirror, provider, version, platform);
          mkdirSync(join(file, ".."), { recursive: true });
          writeFileSync(file, `${provider} ${version} for ${platform}`, { mode: 0o755 });
        }
      }
    }
    const [folder = ""] = synthesize("dev", join(home, "cdktf.out"));
    const surroundings = { settingsFolder: home, awsUrl: NOBODY, mirror: { directory: mirror, hasArchive: true } };
    const terraform: (...words: readonly string[]) => Promise<Ended> = terraformIn(
      folder,
      terraformEnvironment({ ...surroundings, reattach: undefined }),
    );
    return { folder, mirror, terraform, selected: () => selectedBy(terraform) };
  }
});

/** Where an unpacked mirror has a provider's program. */
function binary(mirror: string, provider: string, version: string, platform: string): string {
  const folder = join(mirror, "registry.terraform.io/hashicorp", provider, version, platform);
  return join(folder, `terraform-provider-${provider}_v${version}_x5`);
}

async function selectedBy(terraform: (...words: readonly string[]) => Promise<Ended>): Promise<object> {
  const { stdout } = await terraform("version", "-json");
  const { provider_selections } = JSON.parse(stdout) as { provider_selections: Record<string, string> };
  const named = Object.entries(provider_selections).map(([address, version]) => [address.split("/").at(-1), version]);
  return Object.fromEntries(named);
}
