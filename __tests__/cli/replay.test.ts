/** `webhook replay --rejected` as an operator runs it: its real process, with an environment that has sources. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { UNVERIFIED_CODES } from "../../functions/event/signatures/signed-request";
import { itemsOf, keysOf } from "../whole-webhook/kept";
import { type PlayedStack, playStack } from "../whole-webhook/played-stack";
import { bodyOf, secretsOf, senderOf, sourcesOf } from "../whole-webhook/senders";
import { Running, webhook } from "./command";

// A machine with other work is several times slower.
jest.setTimeout(120_000);

const ROOT = join(__dirname, "../..");
const github = senderOf("github");
const hooks = senderOf("hooks");
const SETTINGS = {
  consumer: { maximumConcurrency: 2, timeoutSeconds: 10 },
  sources: sourcesOf([github, hooks]),
  rejected: { maxPerMinute: 2_000 },
} as const;

describe("what cannot be run is told with what to do:", () => {
  test.each([
    ["no --rejected", [], "required option '--rejected' not specified"],
    ["a reason that is none", ["--rejected", "--reason", "WRONG"], "Allowed choices are SIGNATURE_MISSING"],
    ["a reason that nothing is rejected for", ["--rejected", "--reason", "URL_MISSING"], "Allowed choices are"],
    ["a time that is none", ["--rejected", "--since", "yesterday"], '"yesterday" is neither a time nor how long ago'],
    ["an environment without sources", ["--rejected", "--environment", "production"], "[REPLAY_NO_SOURCES]"],
    ["an environment that is not there", ["--rejected", "--environment", "none"], "[ENVIRONMENT_UNKNOWN]"],
  ])("%s", async (_, args, message) => {
    const { exitCode, stdout, stderr } = await webhook("replay", ...args);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  test("its help shows how", async () => {
    const { exitCode, stdout } = await webhook("replay", "--help");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "npm run webhook -- replay --rejected --environment production --source github --since 6h",
    );
    for (const code of UNVERIFIED_CODES.slice(0, 8)) expect(stdout).toContain(code);
  });
});

describe("of a stack with sources", () => {
  let folder: string;
  let stack: PlayedStack;
  beforeAll(async () => {
    folder = await commandLineOf(SETTINGS);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    stack = await playStack(SETTINGS, { secrets: secretsOf([github, hooks]) });
  });
  afterEach(() => stack.stop());

  const running = (...args: readonly string[]) =>
    new Running(
      ["replay", "--rejected", "--environment", "test", "--local", stack.run.awsUrl, ...args],
      {},
      join(folder, "dist/webhook.cjs"),
    );
  const replay = (...args: readonly string[]) => running(...args).finished;
  /** Sends events that are signed with a secret which is not the stack's, until all are rejected. */
  const reject = async (...ids: readonly string[]) => {
    const deliveries = ids.map((id) => github.delivery(id, bodyOf("github", id), github.otherSecret));
    await stack.settled(await stack.send(await Promise.all(deliveries), 32), 90_000);
  };
  const rotate = () => stack.setSecrets({ ...secretsOf([hooks]), [github.secretName]: github.otherSecret });

  test("the dry run says what would be stored and why the others would not, and changes nothing", async () => {
    await reject("honest");
    const forged = await hooks.delivery("forged", bodyOf("hooks", "forged"), hooks.otherSecret);
    await stack.deliver(forged);
    rotate();
    const before = await itemsOf(stack.run);
    const { exitCode, stdout, stderr } = await replay();
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^would store {2}\d{4}-\S+Z {2}github#honest {2}\(was SIGNATURE_MISMATCH\)$/m);
    expect(stdout).toMatch(/^refused {6}\d{4}-\S+Z {2}#rejected#\S+ {2}\(was SIGNATURE_MISMATCH\)$/m);
    expect(stdout).toContain(
      "2 rejected events looked at\n  1 would be stored\n  1 still do not verify\nA dry run: nothing was changed. Give --yes to store what verifies.\n",
    );
    expect(await itemsOf(stack.run)).toEqual(before);
  });

  test("with --yes it stores what verifies", async () => {
    await reject("honest");
    rotate();
    const { exitCode, stdout } = await replay("--yes");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^stored .*github#honest/m);
    expect(stdout).toContain("1 rejected event looked at\n  1 stored\n");
    expect(await keysOf(stack.run, "stored")).toEqual(["github#honest"]);
    expect(await keysOf(stack.run, "rejected")).toEqual([]);
    expect((await replay("--yes")).stdout).toContain("0 rejected events looked at");
  });

  test("it looks at what it is asked for only", async () => {
    await reject("honest");
    rotate();
    const count = async (...args: readonly string[]) => /(\d+) rejected/.exec((await replay(...args)).stdout)?.[1];
    expect(await count("--source", "hooks")).toBe("0");
    expect(await count("--reason", "TIMESTAMP_TOO_OLD")).toBe("0");
    expect(await count("--since", new Date(Date.now() + 60_000).toISOString())).toBe("0");
    expect(await count("--source", "github", "--reason", "SIGNATURE_MISMATCH", "--since", "1h")).toBe("1");
  });

  test("a source that is not there, and a secret that is not there, are told in words", async () => {
    expect(await replay("--source", "gitlab")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(
        /has no source "gitlab"\n {2}Its sources are: github, hooks\..*\n.*\[REPLAY_SOURCE_UNKNOWN\]/,
      ),
    });
    await reject("honest");
    stack.setSecrets({});
    const { exitCode, stderr } = await replay("--yes");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^The secret ssm:\/webhook\/test\/github could not be read: ParameterNotFound/);
    expect(stderr).toContain("[REPLAY_CANNOT_VERIFY]");
    expect(stderr).not.toContain("    at ");
  });

  test("killed half-way and run again, every event is there once", async () => {
    const ids = Array.from({ length: 400 }, (_, n) => `event-${String(n).padStart(3, "0")}`);
    await reject(...ids);
    rotate();
    const killed = running("--yes");
    await killed.printed(/^(stored .*\n){20}/m);
    await killed.kill();
    const half = (await keysOf(stack.run, "stored")).length;
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(400);
    await replay("--yes");
    expect(await keysOf(stack.run, "stored")).toEqual(ids.map((id) => `github#${id}`));
    expect(await keysOf(stack.run, "rejected")).toEqual([]);
  });
});

/** The command line with an environment "test" in place of those of environments.ts. @returns its folder */
async function commandLineOf(settings: unknown): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "webhook-replay-"));
  mkdirSync(join(folder, "dist"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const environments = join(folder, "environments.ts");
  writeFileSync(environments, `export const environments = ${JSON.stringify({ test: settings })};\n`);
  await build({
    entryPoints: [join(ROOT, "cli/webhook.ts")],
    outfile: join(folder, "dist/webhook.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    packages: "external",
    plugins: [
      {
        name: "environments",
        setup: ({ onResolve }) => onResolve({ filter: /^\.\.\/environments$/ }, () => ({ path: environments })),
      },
    ],
  });
  return folder;
}
