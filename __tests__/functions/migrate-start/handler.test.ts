/** The function as it is deployed: nothing that it prints or answers has a secret in it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Aws, fails, PASSWORD, returns, SECRET_ARN, startAws } from "./aws";

const BUNDLE = join(__dirname, "../../../dist/functions/migrate-start/index.js");

let aws: Aws | undefined;
afterEach(() => aws?.stop());

/** Runs the bundle as Lambda would, and says all that it printed. */
async function run({ endpoint }: Aws): Promise<{ readonly code: unknown; readonly printed: string }> {
  const call = `require(${JSON.stringify(BUNDLE)}).handler({ migrations: "1234" })
    .then((result) => console.log("answer", JSON.stringify(result)))
    .catch(({ name, message, stack }) => { console.log(name + ": " + message + stack); process.exitCode = 1; })`;
  const child = spawn(process.execPath, ["-e", call], {
    env: {
      ADMINISTRATOR_SECRET_ARN: SECRET_ARN,
      MIGRATE_FUNCTION_NAME: "dev-migrate",
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, printed: `${stdout}${stderr}` };
}

test("it hands the password over and prints and answers what was done only", async () => {
  aws = await startAws({ lambda: returns({ applied: ["0001_events"], alreadyThere: 0 }) });
  const { code, printed } = await run(aws);
  expect(aws.calls).toEqual(["GetSecretValue", "Invoke dev-migrate"]);
  expect(aws.payload()).toEqual({ username: "administrator", password: PASSWORD });
  expect(printed).toContain('answer {"applied":["0001_events"],"alreadyThere":0}');
  expect(printed).not.toContain(PASSWORD);
  expect(code).toBe(0);
});

test("a failure is the migrations' own message, and has no secret in it either", async () => {
  aws = await startAws({ lambda: fails("The database refused it.  [ADMINISTRATOR_REFUSED]") });
  const { code, printed } = await run(aws);
  expect(printed).toContain("MigrateStartError: The database refused it.  [ADMINISTRATOR_REFUSED]");
  expect(printed).not.toContain(PASSWORD);
  expect(code).toBe(1);
});
