/** Which request does what to an organization: the endpoints that Terraform asks in local execution. */

import {
  type Document,
  entitlements,
  outputDocument,
  projectDocument,
  stateVersionDocument,
  tagDocument,
  workspaceDocument,
} from "./cloud-documents";
import { CloudRefusal, found } from "./cloud-refusal";
import { type NewStateVersion, upload } from "./cloud-state-version";
import { CloudWorkspaces, type ExecutionMode } from "./cloud-workspaces";

export interface CloudRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** Whose token came with it; undefined on an upload, whose address is the secret. */
  readonly user: string | undefined;
  /** Scheme, host and port, as the caller named them. */
  readonly origin: string;
}

export interface CloudAnswer {
  readonly status: number;
  readonly data?: Document | readonly Document[];
  /** Beside data. */
  readonly meta?: object;
  /** Instead of data. */
  readonly bytes?: Buffer;
}

type Handler = (request: CloudRequest, ...parts: string[]) => CloudAnswer;

const SUPPORTED_MODE: ExecutionMode = "local";
const REMOTE_REFUSED = 'This server stores state only; use execution mode "local".';
const ok = (data: Document | readonly Document[]): CloudAnswer => ({ status: 200, data });

export class CloudOrganization {
  readonly workspaces = new CloudWorkspaces();
  readonly #routes: readonly (readonly [method: string, path: RegExp, handler: Handler])[];

  /** @param defaultMode of workspaces that Terraform makes; it never says one itself */
  constructor(
    readonly name: string,
    private readonly defaultMode: ExecutionMode,
  ) {
    const api = (path: string) => new RegExp(`^/api/v2/${path.replaceAll("*", "([^/]+)")}$`);
    const here = `organizations/${name}`;
    this.#routes = [
      ["GET", api(`${here}/entitlement-set`), () => ok(entitlements(name))],
      ["GET", api(`${here}/projects`), ({ query }) => ok([projectDocument(query.get("filter[names]") ?? "")])],
      ["GET", api(`${here}/workspaces`), ({ query }) => this.#list(query)],
      ["POST", api(`${here}/workspaces`), (request) => this.#create(request)],
      [
        "GET",
        api(`${here}/workspaces/*`),
        (_, workspace = "") => ok(workspaceDocument(this.workspaces.named(workspace))),
      ],
      ["PATCH", api("workspaces/*"), (request, id) => this.#update(request, id)],
      ["GET", api("workspaces/*/tag-bindings"), (_, id = "") => ok(this.workspaces.withId(id).tags.map(tagDocument))],
      ["POST", api("workspaces/*/actions/*"), (request, id, action) => this.#lock(request, id, action)],
      ["POST", api("workspaces/*/configuration-versions"), () => this.#refuseRemoteRun()],
      ["GET", api("workspaces/*/current-state-version"), (request, id) => this.#current(request, id)],
      ["GET", api("workspaces/*/current-state-version-outputs"), (_, id) => this.#outputs(id)],
      ["POST", api("workspaces/*/state-versions"), (request, id) => this.#announce(request, id)],
      [
        "GET",
        api("state-versions/*"),
        ({ origin }, id = "") => ok(stateVersionDocument(this.workspaces.version(id), origin)),
      ],
      ["GET", api("state-version-outputs/*"), (_, id) => this.#output(id)],
      ["GET", /^\/state\/([^/]+)$/, (_, id) => this.#download(id)],
      ["PUT", /^\/uploads\/([^/]+)\/(state|json)$/, (request, id, form) => this.#upload(request, id, form)],
    ];
  }

  /** @throws CloudRefusal, also for what is not known here */
  answer(request: CloudRequest): CloudAnswer {
    for (const [method, path, handler] of this.#routes) {
      const match = method === request.method ? path.exec(request.path) : null;
      if (match !== null) return handler(request, ...match.slice(1).map(decodeURIComponent));
    }
    throw new CloudRefusal(404, "not found");
  }

  #list(query: URLSearchParams): CloudAnswer {
    const asked = (query.get("search[tags]") ?? "").split(",").filter((tag) => tag !== "");
    const tagged = this.workspaces.tagged(asked);
    const meta = { pagination: { "current-page": 1, "total-pages": 1, "total-count": tagged.length } };
    return { ...ok(tagged.map(workspaceDocument)), meta };
  }

  #create({ body }: CloudRequest): CloudAnswer {
    const { attributes, tags } = sent<{ name: string; "execution-mode"?: string }>(body);
    refuseOtherThanLocal(attributes["execution-mode"]);
    const mode = attributes["execution-mode"] === undefined ? this.defaultMode : SUPPORTED_MODE;
    return { status: 201, data: workspaceDocument(this.workspaces.add(attributes.name, tags, mode)) };
  }

  #update({ body }: CloudRequest, id = ""): CloudAnswer {
    const workspace = this.workspaces.withId(id);
    const { attributes } = sent<{ "terraform-version"?: string; "execution-mode"?: string }>(body);
    refuseOtherThanLocal(attributes["execution-mode"]);
    if (attributes["execution-mode"] !== undefined) workspace.executionMode = SUPPORTED_MODE;
    workspace.terraformVersion = attributes["terraform-version"] ?? workspace.terraformVersion;
    return ok(workspaceDocument(workspace));
  }

  #lock({ user = "" }: CloudRequest, id = "", action = ""): CloudAnswer {
    const workspace = this.workspaces.withId(id);
    if (action === "lock") workspace.lock(user);
    else if (action === "unlock") workspace.unlock(user);
    else if (action === "force-unlock") workspace.lockedBy = undefined;
    else throw new CloudRefusal(404, "not found");
    return ok(workspaceDocument(workspace));
  }

  #refuseRemoteRun(): never {
    throw new CloudRefusal(422, "remote execution is not available", REMOTE_REFUSED);
  }

  #current({ origin }: CloudRequest, id = ""): CloudAnswer {
    return ok(stateVersionDocument(found(this.workspaces.withId(id).current), origin));
  }

  #announce({ body, origin }: CloudRequest, id = ""): CloudAnswer {
    const version = this.workspaces.withId(id).announce(sent<NewStateVersion>(body).attributes);
    return { status: 201, data: stateVersionDocument(version, origin) };
  }

  #upload({ body }: CloudRequest, id = "", form = ""): CloudAnswer {
    const version = this.workspaces.version(id);
    // The other form is for Terraform Cloud's own pages.
    if (form === "state") upload(version, body);
    return { status: 200 };
  }

  #download(id = ""): CloudAnswer {
    return { status: 200, bytes: found(this.workspaces.version(id).state) };
  }

  #outputs(id = ""): CloudAnswer {
    return ok((this.workspaces.withId(id).current?.outputs ?? []).map((output) => outputDocument(output, false)));
  }

  #output(id = ""): CloudAnswer {
    const [version = ""] = id.split(".");
    const output = this.workspaces.version(version).outputs.find((one) => one.id === id);
    return ok(outputDocument(found(output), true));
  }
}

function refuseOtherThanLocal(mode: string | undefined): void {
  if (mode === undefined || mode === SUPPORTED_MODE) return;
  throw new CloudRefusal(422, "remote execution is not available", REMOTE_REFUSED);
}

/** What a JSON:API document says; Terraform is the only sender. */
function sent<Attributes>(body: Buffer): { attributes: Attributes; tags: string[] } {
  const { data } = JSON.parse(body.toString()) as {
    data: { attributes: Attributes; relationships?: { tags?: { data?: { attributes: { name: string } }[] } } };
  };
  const tags = data.relationships?.tags?.data ?? [];
  return { attributes: data.attributes, tags: tags.map(({ attributes }) => attributes.name) };
}
