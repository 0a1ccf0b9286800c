/** Servers that are not the local run: what the command says of them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ACCEPTED, type StubApi, startStubApi } from "./stub-api";
import { verifyAws } from "./verify-command";

let api: StubApi;
afterEach(() => api.stop());

/** @returns the address of a server that answers so */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  api = await startStubApi(answer);
  return api.url;
}

test("a stack that accepts everything differs, probe by probe, with the lines to change", async () => {
  const url = await serve((_, response) => response.end(ACCEPTED));
  const { exitCode, stdout, stderr } = await verifyAws([url]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
  expect(stdout).toMatch(/\n {2}≠ the sender sees +200, SQS's XML with a message id +400, JSON: Bad Request\n/);
  expect(advice(stdout, "quoted-header")).toEqual([
    expect.stringMatching(/^Change local\/aws-assumptions\.ts:\d+ \(interpolatedQuotes\) to choice: "escaped"$/),
  ]);
  // SQS takes no such character: nothing that the local run could play does this.
  expect(advice(stdout, "u-fffe")).toEqual([
    "No choice in the table plays this. Add it to what this rests on, and play it:",
    expect.stringMatching(/^local\/aws-assumptions\.ts:\d+ \(sqsRefusal\)$/),
  ]);
  expect(stdout).toMatch(/\nThe probed local run did otherwise than the local run assumes, in \d+ of 24 probes\.\n$/);
});

test("what goes onto the wire is not tidied up", async () => {
  const url = await serve((_, response) => response.end(ACCEPTED));
  await verifyAws([url]);
  const paths = api.requests.map((request) => request.replace(/\/webhook-verify-aws\/[0-9a-f]+/, "…"));
  expect(paths).toEqual(
    expect.arrayContaining([
      "POST …/encoded-slash/a%2Fb",
      "POST …/doubled-slash//a",
      "POST …/query/a?b=1&b=%2F",
      "HEAD …/head",
      "OPTIONS …/options",
    ]),
  );
});

test("a connection that breaks is an answer like another", async () => {
  const url = await serve((request, response) =>
    request.method === "OPTIONS" ? request.socket.destroy() : response.end(ACCEPTED),
  );
  const { exitCode, stdout } = await verifyAws([url]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/\n {2}≠ the sender sees +no answer: ECONNRESET +200, SQS's XML with a message id\n/);
});

test("what is no webhook stack gets one request, and is told by its answer", async () => {
  const url = await serve((_, response) => response.writeHead(404, { "content-type": "text/html" }).end("<p>Lost</p>"));
  const { exitCode, stdout, stderr } = await verifyAws([url]);
  expect({ exitCode, stdout, requests: api.requests.length }).toEqual({ exitCode: 2, stdout: "", requests: 1 });
  expect(stderr).toBe(
    [
      `${url} does not answer an ordinary POST like this stack: 404, 11 bytes, text/html`,
      "  Direct ingress answers with SQS's XML, lambda ingress with JSON that has an event id. Nothing else was sent.",
      `${"  Check the URL; if it is the stack's, say which it is: --ingress direct or --ingress lambda".padEnd(100)} [VERIFY_INGRESS_UNKNOWN]\n`,
    ].join("\n"),
  );
});

test("with --ingress, nothing is left to the first answer", async () => {
  const url = await serve((_, response) => response.writeHead(503).end());
  const { exitCode, stdout } = await verifyAws([url, "--ingress", "lambda"]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/\n {2}≠ the sender sees +503, no body +202, JSON with an event id\n/);
  expect(advice(stdout, "300-kb")).toEqual([
    "No row of local/aws-assumptions.ts is about this: it is documented, or this project's own. Add one, and play it.",
  ]);
});

const NO_TABLE = '{"__type":"ResourceNotFoundException","message":"Requested resource not found"}';

test("a table that cannot be read is said before anything is sent", async () => {
  const url = await serve((_, response) => response.writeHead(400).end(NO_TABLE));
  const keys = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };
  const { exitCode, stderr } = await verifyAws([url, "--table", "events", "--endpoint", url], keys);
  expect({ exitCode, requests: api.requests }).toEqual({ exitCode: 2, requests: ["POST /"] });
  expect(stderr).toBe(
    [
      'The table "events" cannot be read: ResourceNotFoundException: Requested resource not found',
      "  It is read with the credentials and the region of the environment, and needs dynamodb:BatchGetItem.",
      `${"  Check --table (the output events_table_name), --region and the credentials; or leave --table out.".padEnd(100)} [VERIFY_TABLE_UNREADABLE]\n`,
    ].join("\n"),
  );
});

/** What is said of a probe that differs. */
function advice(stdout: string, id: string): string[] {
  const [, block = ""] = stdout.split(`\n${id} differs.\n`);
  return (
    block
      .split("\n\n", 1)[0]
      ?.split("\n")
      .map((line) => line.trim()) ?? []
  );
}
