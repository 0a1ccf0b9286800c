import { verifyAws } from "./verify-command";

const message = (...lines: readonly string[]) => `${lines.join("\n")}\n`;

test.each([
  [
    ["abc123.execute-api.eu-central-1.amazonaws.com"],
    message(
      '"abc123.execute-api.eu-central-1.amazonaws.com" is not a URL',
      "  The probes go to an HTTP API: http:// or https:// and its host.",
      `${"  Give the stack's output url, such as https://abc123.execute-api.eu-central-1.amazonaws.com".padEnd(100)} [VERIFY_URL_INVALID]`,
    ),
  ],
  [
    ["https://hooks.example/github"],
    message(
      "https://hooks.example/github has a path or a query",
      "  Each probe has a path of its own, below the API's root.",
      `${"  Give https://hooks.example".padEnd(100)} [VERIFY_URL_PATH]`,
    ),
  ],
  [
    ["http://127.0.0.1:1"],
    message(
      "http://127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1",
      "  The first probe got no answer; nothing else was sent.",
      `${"  Check the URL, and that the stack is deployed (or, for a local run, started).".padEnd(100)} [VERIFY_UNREACHABLE]`,
    ),
  ],
  [
    ["https://hooks.invalid"],
    message(
      "This sends 24 requests to https://hooks.invalid. Those it accepts become events of that stack, marked as probes.",
      "Nothing was sent to https://hooks.invalid",
      "  The 24 probes become events of that stack, so they want a yes.",
      `${"  Answer y, or give --yes where nobody can answer.".padEnd(100)} [VERIFY_NOT_CONFIRMED]`,
    ),
  ],
])("verify-aws %j exits with 2 and says what to do", async (args, expected) => {
  expect(await verifyAws(args)).toEqual({ exitCode: 2, stdout: "", stderr: expected });
});

test.each([
  [[], "missing required argument 'url'"],
  [["http://127.0.0.1:1", "--ingress", "both"], "argument 'both' is invalid. Allowed choices are direct, lambda."],
  [["http://127.0.0.1:1", "--wait", "long"], "argument 'long' is invalid. \"long\" is not a number of seconds."],
])("verify-aws %j is a usage error", async (args, expected) => {
  const { exitCode, stderr } = await verifyAws(args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(expected);
});
