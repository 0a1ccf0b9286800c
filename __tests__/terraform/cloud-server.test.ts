/** The stand-in over HTTPS, as a caller without Terraform meets it. */

import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { request as requestTls } from "node:https";
import { type Cloud, startCloud } from "./cloud-server";

const TOKEN = "token-of-ana";
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ organization: "demo", tokens: { [TOKEN]: "ana" } });
  cloud.addWorkspace("webhook-dev");
});
afterAll(() => cloud.stop());

async function ask(method: string, path: string, token?: string, attributes?: object) {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const outgoing = requestTls(`https://${cloud.hostname}${path}`, { method, headers, ca: cloud.authority });
  outgoing.end(attributes === undefined ? undefined : JSON.stringify({ data: { attributes } }));
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of answer) text += chunk;
  return { status: answer.statusCode, said: text === "" ? undefined : JSON.parse(text) };
}

const workspaceId = () => cloud.workspace("webhook-dev")?.id;
const refused = (status: number, title: string, detail?: string) => ({
  status,
  said: { errors: [{ status: String(status), title, ...(detail === undefined ? {} : { detail }) }] },
});

test("says where its API is, to everybody", async () => {
  expect(await ask("GET", "/.well-known/terraform.json")).toEqual({ status: 200, said: { "tfe.v2": "/api/v2/" } });
});

test.each([
  ["no token", undefined],
  ["a wrong one", "another"],
  ["the name of something that every object has", "constructor"],
])("%s opens nothing", async (_what, token) => {
  for (const path of ["/api/v2/organizations/demo/workspaces/webhook-dev", "/state/any"]) {
    expect(await ask("GET", path, token)).toEqual(refused(401, "unauthorized"));
  }
});

test("an upload needs no token, but an address that nobody can guess", async () => {
  expect(await ask("PUT", "/uploads/sv-1/state")).toEqual(refused(404, "not found"));
});

test("remote execution is refused where somebody asks for it", async () => {
  const detail = 'This server stores state only; use execution mode "local".';
  const remote = { name: "another", "execution-mode": "remote" };
  for (const [method, path] of [
    ["POST", "/api/v2/organizations/demo/workspaces"],
    ["PATCH", `/api/v2/workspaces/${workspaceId()}`],
  ] as const) {
    expect(await ask(method, path, TOKEN, remote)).toEqual(refused(422, "remote execution is not available", detail));
  }
  expect(cloud.workspace("another")).toBeUndefined();
});

test("a workspace is made once", async () => {
  const again = await ask("POST", "/api/v2/organizations/demo/workspaces", TOKEN, { name: "webhook-dev" });
  expect(again).toEqual(refused(422, "invalid attribute", "Name has already been taken"));
});

test("what it does not know is refused and remembered", async () => {
  expect(await ask("GET", "/api/v2/organizations/demo/teams", TOKEN)).toEqual(refused(404, "not found"));
  expect(cloud.unknown.at(-1)).toMatch(/^GET \/api\/v2\/organizations\/demo\/teams: /);
});

test("nothing is given away without encryption", async () => {
  const plain = request(`http://${cloud.hostname}/.well-known/terraform.json`);
  plain.end();
  const [fault] = await once(plain, "error");
  expect(fault).toMatchObject({ code: "ECONNRESET" });
});
