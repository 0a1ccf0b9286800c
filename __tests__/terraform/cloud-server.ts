/**
 * Terraform Cloud on the loopback, as far as `terraform` with a `cloud` block needs it for state: HTTPS, tokens,
 * discovery, and an organization in memory. What it does not know it answers with 404 and remembers.
 */

import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { makeCertificate } from "./cloud-certificate";
import { errorDocument } from "./cloud-documents";
import { type CloudAnswer, CloudOrganization, type CloudRequest } from "./cloud-organization";
import { CloudRefusal } from "./cloud-refusal";
import type { CloudWorkspace, ExecutionMode } from "./cloud-workspaces";

/** The newest that Terraform 1.11 asks for is 2.5. */
const API_VERSION = { "TFP-API-Version": "2.6", "TFP-AppName": "HCP Terraform", "X-RateLimit-Limit": "30" };

/** Of a mistake in here. A 5xx would make Terraform try again for minutes. */
const OWN_FAULT = 418;

export interface CloudOptions {
  readonly organization: string;
  /** Token to the user it belongs to. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Of workspaces that `terraform init` makes. @default "local", where the real product's is usually remote */
  readonly defaultExecution?: ExecutionMode;
}

export interface Cloud {
  /** For the `cloud` block: host and port. */
  readonly hostname: string;
  readonly organization: string;
  /** PEM, of who signed the server's certificate. */
  readonly authority: string;
  /** What `terraform` needs beside the token: whom to trust. */
  readonly environment: NodeJS.ProcessEnv;
  workspace(name: string): CloudWorkspace | undefined;
  /** As its pages make one. */
  addWorkspace(name: string, tags?: readonly string[]): CloudWorkspace;
  /** "METHOD /path STATUS" of every request, in order. */
  readonly requests: readonly string[];
  /** Requests that the stand-in did not understand: a test that sees one has found a gap in it. */
  readonly unknown: readonly string[];
  stop(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startCloud({ organization, tokens, defaultExecution = "local" }: CloudOptions): Promise<Cloud> {
  const certificate = await makeCertificate();
  const there = new CloudOrganization(organization, defaultExecution);
  const requests: string[] = [];
  const unknown: string[] = [];
  const server = createServer({ key: certificate.key, cert: certificate.certificate }, (incoming, response) => {
    handle(incoming, response).catch((fault) => unknown.push(`${incoming.method} ${incoming.url}: ${fault}`));
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await requestOf(incoming, tokens);
    const line = `${request.method} ${request.path}`;
    const { status, headers, body } = reply(there, request);
    requests.push(`${line} ${status}`);
    if (status === OWN_FAULT || (status === 404 && !isUsual404(request.path))) unknown.push(`${line}: ${body}`);
    response.writeHead(status, headers).end(body);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    hostname: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    organization,
    authority: certificate.authority,
    environment: { SSL_CERT_DIR: trusting(certificate.authorityFolder) },
    workspace: (name) => there.workspaces.find(name),
    addWorkspace: (name, tags = []) => there.workspaces.add(name, tags, defaultExecution),
    requests,
    unknown,
    stop: () => stop(server).finally(() => certificate.remove()),
  };
}

/** In front of what was trusted before: Terraform may need the registry too. SSL_CERT_FILE stays what it is. */
function trusting(folder: string): string {
  const before = process.env.SSL_CERT_DIR;
  return before ? `${folder}:${before}` : folder;
}

/** Terraform asks for a workspace before it makes one, and for the state before there is one. */
function isUsual404(path: string): boolean {
  return /\/organizations\/[^/]+\/(workspaces\/[^/]+|entitlement-set)$|\/current-state-version$/.test(path);
}

async function requestOf(incoming: IncomingMessage, tokens: Readonly<Record<string, string>>): Promise<CloudRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const origin = `https://${incoming.headers.host}`;
  const { pathname, searchParams } = new URL(incoming.url ?? "/", origin);
  const token = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? "")?.[1];
  const user = token !== undefined && Object.hasOwn(tokens, token) ? tokens[token] : undefined;
  return {
    method: incoming.method ?? "",
    path: pathname,
    query: searchParams,
    body: Buffer.concat(chunks),
    user,
    origin,
  };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

function reply(organization: CloudOrganization, request: CloudRequest): Reply {
  if (request.path === "/.well-known/terraform.json") {
    const headers = { "Content-Type": "application/json" };
    return { status: 200, headers, body: JSON.stringify({ "tfe.v2": "/api/v2/" }) };
  }
  const headers = { ...API_VERSION, "Content-Type": "application/vnd.api+json" };
  if (request.path === "/api/v2/ping") return { status: 204, headers, body: "" };
  try {
    const needsToken = !request.path.startsWith("/uploads/");
    if (needsToken && request.user === undefined) throw new CloudRefusal(401, "unauthorized");
    return written(organization.answer(request), headers);
  } catch (error) {
    const refusal = error instanceof CloudRefusal ? error : new CloudRefusal(OWN_FAULT, "stand-in", String(error));
    return { status: refusal.status, headers, body: JSON.stringify(errorDocument(refusal)) };
  }
}

function written({ status, data, meta, bytes }: CloudAnswer, headers: Record<string, string>): Reply {
  return { status, headers, body: bytes ?? (data === undefined ? "" : JSON.stringify({ data, meta })) };
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
