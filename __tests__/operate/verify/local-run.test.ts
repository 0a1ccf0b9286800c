/** The synthesized stack on this machine: it has to agree with itself, and to be found out when it plays otherwise. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AWS_ASSUMPTIONS, CHOICES, type Choices } from "../../../local/aws-assumptions";
import { type Gateway, startGateway } from "../../../local/gateway";
import { listenOnLoopback } from "../../../local/loopback";
import type { LocalRun } from "../../../local/start";
import type { jsonReport } from "../../../operate/verify/json-report";
import type { Ingress } from "../../../operate/verify/probe";
import { PROBES } from "../../../operate/verify/probes";
import { type PlayedStack, playStack } from "../../whole-webhook/played-stack";
import { ACCEPTED, startStubApi } from "./stub-api";
import { verifyAws, verifyRun } from "./verify-command";

type Report = ReturnType<typeof jsonReport>;

const play = (ingress: Ingress) => playStack({ ingress, consumer: { maximumConcurrency: 3, timeoutSeconds: 5 } });

describe("direct ingress", () => {
  let stack: PlayedStack;
  beforeAll(async () => {
    stack = await play("direct");
  });
  afterAll(() => stack.stop());

  test("agrees with itself, in what the sender sees and in what is stored", async () => {
    const { exitCode, stdout, stderr } = await verifyRun(stack.run, stack.run.url);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^http:\S+, direct ingress, 24 probes; … is \/webhook-verify-aws\/[0-9a-f]{10}\n/);
    expect(stdout).toContain(
      [
        "encoded-slash: %2F in the path (POST)",
        "    the sender sees         200, SQS's XML with a message id             the same",
        "    the table holds         a stored event                               the same",
        "    path                    …/encoded-slash/a%2Fb                        the same",
      ].join("\n"),
    );
    expect(stdout).not.toMatch(/≠|not looked at/i);
    expect(stdout).toMatch(/\nThe probed local run did what the local run assumes, in each of 24 probes\.\n$/);
  });

  test("the other ingress than the stack answers with is said at once, not told as a difference", async () => {
    const { exitCode, stdout, stderr } = await verifyAws([stack.run.url, "--ingress", "lambda"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^http:\S+ answered as a stack with direct ingress does, not with lambda\n/);
    expect(stderr).toContain("Leave --ingress out, or give --ingress direct.");
  });

  test("without a table, what the sender sees is compared, and what was not looked at is said", async () => {
    const { exitCode, stdout } = await verifyAws([stack.run.url]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\n {4}the table holds +\(not looked at\) +a stored event\n/);
    expect(stdout).toContain(
      "Not looked at, for want of --table: the table holds, method, path, body, header content-type, header x-github-event.\n",
    );
  });

  test("probes are events of a source of their own, with their run in path and id", async () => {
    const { stdout } = await verifyRun(stack.run, stack.run.url, "--json");
    const { runId, probes }: Report = JSON.parse(stdout);
    const keys = (await stack.operator.records()).map(({ key }) => key).filter((key) => key.includes(runId));
    expect(keys).toContain(`webhook-verify-aws#${runId}-plain`);
    expect(keys.every((key) => key.startsWith("webhook-verify-aws#"))).toBe(true);
    expect(new Set(probes.map(({ request: { path } }) => path.split("/").slice(0, 3).join("/")))).toEqual(
      new Set([`/webhook-verify-aws/${runId}`]),
    );
  });

  test("an accepted event that does not come into the table in time is missed", async () => {
    const api = await startStubApi((_, response) => response.setHeader("apigw-requestid", "unknown=").end(ACCEPTED));
    const { exitCode, stdout } = await verifyRun(stack.run, api.url, "--wait", "0").finally(() => api.stop());
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/\n {2}≠ the table holds +nothing within 0 s +a stored event\n/);
  });

  test("of an answer without a request id, it is not said that nothing was recorded", async () => {
    const api = await startStubApi((_, response) => response.end(ACCEPTED));
    const { stdout } = await verifyRun(stack.run, api.url, "--wait", "0").finally(() => api.stop());
    expect(stdout).toMatch(/\n {4}the table holds +\(not looked at\) +a stored event\n/);
    expect(stdout).toMatch(/\nNot looked at, for want of a header apigw-requestid in the answer: the table holds, /);
  });

  test.each(othersOf("direct"))("where %s is %s, that is said, and which line to change", (name, choice) =>
    expectFoundOut(stack.run, name, choice),
  );
});

describe("lambda ingress", () => {
  let stack: PlayedStack;
  beforeAll(async () => {
    stack = await play("lambda");
  });
  afterAll(() => stack.stop());

  test("agrees with itself, in what the sender sees and in what is stored", async () => {
    const { exitCode, stdout, stderr } = await verifyRun(stack.run, stack.run.url);
    expect(stdout).not.toMatch(/≠|not looked at/i);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^http:\S+, lambda ingress, 24 probes; /);
  });

  test.each(othersOf("lambda"))("where %s is %s, that is said, and which line to change", (name, choice) =>
    expectFoundOut(stack.run, name, choice),
  );
});

/** Every choice that the local run does not make, of the rows on which a probe of this ingress rests. */
function othersOf(ingress: Ingress): readonly (readonly [keyof Choices, string])[] {
  const probed = new Set(PROBES.flatMap(({ expected }) => expected[ingress].rests));
  return [...probed].flatMap((name) => AWS_ASSUMPTIONS[name].others.map((other) => [name, other] as const));
}

async function expectFoundOut(run: LocalRun, name: keyof Choices, choice: string): Promise<void> {
  const gateway = await gatewayThatPlays(run, { ...CHOICES, [name]: choice } as Choices);
  const { exitCode, stdout } = await verifyRun(run, gateway.url, "--json").finally(() => gateway.stop());
  const { probes }: Report = JSON.parse(stdout);
  const differing = probes.filter((probe) => !probe.agrees);
  expect(exitCode).toBe(1);
  expect(differing).not.toEqual([]);
  for (const { changes } of differing) expect(changes).toContainEqual([{ name, choice, line: lineOf(name) }]);
}

/** A second API in front of the same stack. */
async function gatewayThatPlays({ template, timeline, awsUrl, endpoint, lambda }: LocalRun, choices: Choices) {
  const gateway: Gateway = await startGateway({
    template,
    timeline,
    port: await listenOnLoopback(0),
    awsEndpoint: awsUrl,
    credentialsFor: (arn) => endpoint.credentialsFor(arn),
    invoke: (call) => lambda.invokeForApi(call),
    choices,
  });
  return gateway;
}

function lineOf(name: keyof Choices): string {
  const lines = readFileSync(join(__dirname, "../../../local/aws-assumptions.ts"), "utf8").split("\n");
  const row = lines.findIndex((line) => line.includes(`${name}: assume<`));
  expect(lines[row + 1]).toBe(`    choice: "${CHOICES[name]}",`);
  return `local/aws-assumptions.ts:${row + 2}`;
}
