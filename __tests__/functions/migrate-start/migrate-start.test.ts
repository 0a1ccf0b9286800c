/** How the migrations are started: the secret's log-in goes into the call, and nowhere else. */
import { type Aws, fails, first, holds, holdsNoText, PASSWORD, refuses, returns, SECRET_ARN, startAws } from "./aws";

let aws: Aws | undefined;
afterEach(() => aws?.stop());
const start = async (answers: Parameters<typeof startAws>[0]) => {
  aws = await startAws(answers);
  return aws;
};

describe("the administrator's secret", () => {
  test("gives name and password; what else RDS keeps in it stays there", async () => {
    const text = JSON.stringify({ username: "administrator", password: PASSWORD, engine: "postgres", port: 5432 });
    const { readAdministrator } = await start({ secret: holds(text) });
    expect(await readAdministrator()).toEqual({ username: "administrator", password: PASSWORD });
  });

  test.each([
    ["is no JSON", holds(`${PASSWORD}`), "is not a JSON object"],
    ["is a JSON text", holds(JSON.stringify(PASSWORD)), "is not a JSON object"],
    ["has no password", holds(JSON.stringify({ username: "a", Password: PASSWORD })), "has no password"],
    ["has an empty name", holds(JSON.stringify({ username: "", password: PASSWORD })), "has no username"],
    ["has neither", holds("{}"), "has no username and no password"],
    ["is binary", holdsNoText, "has no text (a binary secret?)"],
  ])("that %s is refused, and not quoted", async (_what, secret, why) => {
    const { readAdministrator } = await start({ secret });
    const fault = await readAdministrator().catch((error: unknown) => error);
    expect(fault).toEqual(
      new Error(
        [
          `The administrator's secret ${SECRET_ARN} ${why}.`,
          '  It must be JSON: {"username": "…", "password": "…"}, as RDS makes them (Secrets Manager User Guide, "JSON structure of secrets").',
          "  Correct the secret's value and apply again.  [ADMINISTRATOR_SECRET_INVALID]",
        ].join("\n"),
      ),
    );
    expect(fault).not.toHaveProperty("cause");
    expect(fault).toHaveProperty("stack", expect.not.stringContaining(PASSWORD));
  });

  test.each([
    ["is not there", refuses(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret."), 1],
    ["is of another key", refuses(400, "DecryptionFailure", "no."), 1],
    ["may not be read, however often it is tried", refuses(400, "AccessDeniedException", "no."), 5],
  ])("that %s: the message says what to do", async (_what, secret, attempts) => {
    const { readAdministrator, calls } = await start({ secret });
    await expect(readAdministrator()).rejects.toThrow(
      /secret arn:aws:\S+ could not be read: \w+: .*[^.]\.\n {2}The function's role may read .*\n {2}See that .* {2}\[ADMINISTRATOR_SECRET_UNREADABLE\]$/,
    );
    expect(calls).toEqual(Array.from({ length: attempts }, () => "GetSecretValue"));
  });

  test("that may be read a moment after the deployment made the right is waited for", async () => {
    const { readAdministrator, waits } = await start({
      secret: first(2, refuses(400, "AccessDeniedException", "no."), holds()),
    });
    expect(await readAdministrator()).toEqual({ username: "administrator", password: PASSWORD });
    expect(waits).toEqual([1_000, 2_000]);
  });
});

describe("the call of the migrations", () => {
  test("has the log-in for payload, and gives what was done and nothing else", async () => {
    const { callMigrate, calls, payload } = await start({
      lambda: returns({ applied: ["0001_events"], alreadyThere: 0, password: PASSWORD }),
    });
    expect(await callMigrate()).toEqual({ applied: ["0001_events"], alreadyThere: 0 });
    expect(calls).toEqual(["Invoke dev-migrate"]);
    expect(payload()).toEqual({ username: "administrator", password: PASSWORD });
  });

  test("that fails, fails with what the migrations said, without their stack trace", async () => {
    const said = "Migration 0002_more.sql failed: 42P07 relation exists.\n  Correct it.  [MIGRATION_FAILED]";
    const { callMigrate, calls } = await start({ lambda: fails(said) });
    await expect(callMigrate()).rejects.toThrow(
      new Error(`${said}\n  Said by dev-migrate; its log has more.  [MIGRATE_FAILED]`),
    );
    expect(calls).toEqual(["Invoke dev-migrate"]);
  });

  test.each([
    ["is not what the migrations answer", returns({ applied: "all" })],
    ["is nothing", returns(null)],
  ])("whose answer %s fails", async (_what, lambda) => {
    const { callMigrate } = await start({ lambda });
    await expect(callMigrate()).rejects.toThrow(
      new Error(
        "The migrations did not say what they did.\n  Said by dev-migrate; its log has more.  [MIGRATE_FAILED]",
      ),
    );
  });

  test.each([
    ["is denied, however often it is tried", refuses(403, "AccessDeniedException", "no."), 5],
    ["finds no such function", refuses(404, "ResourceNotFoundException", "Function not found"), 1],
    ["is throttled", refuses(429, "TooManyRequestsException", "Rate exceeded"), 1],
    ["breaks off", (({ socket }) => socket.destroy()) as ReturnType<typeof returns>, 1],
  ])("that %s: the message says what to do, without the password", async (_what, lambda, attempts) => {
    const { callMigrate, calls } = await start({ lambda });
    const fault = await callMigrate().catch((error: unknown) => error);
    expect(String(fault)).toMatch(
      /function dev-migrate, which .* could not be called: .*[^.]\.\n.*\n {2}See that .* {2}\[MIGRATE_NOT_CALLED\]$/,
    );
    expect(String(fault)).not.toContain(PASSWORD);
    expect(calls).toHaveLength(attempts);
  });

  test("that is allowed a moment later is made once then", async () => {
    const { callMigrate, calls } = await start({
      lambda: first(1, refuses(403, "AccessDeniedException", "no."), returns({ applied: [], alreadyThere: 1 })),
    });
    expect(await callMigrate()).toEqual({ applied: [], alreadyThere: 1 });
    expect(calls).toHaveLength(2);
  });
});
