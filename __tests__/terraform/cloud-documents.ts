/** Terraform Cloud's answers, in JSON:API: what Terraform 1.11 needs of each document. */

import type { CloudRefusal } from "./cloud-refusal";
import type { StateOutput, StateVersion } from "./cloud-state-version";
import type { CloudWorkspace } from "./cloud-workspaces";

export interface Document {
  readonly id: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** With operations, Terraform asks each workspace whether it runs here or there. */
export const entitlements = (organization: string): Document => ({
  id: organization,
  type: "entitlement-sets",
  attributes: { operations: true },
});

/** Terraform ends with a crash, and sometimes exit code 0, where permissions are missing. */
export function workspaceDocument({ id, name, tags, executionMode, terraformVersion }: CloudWorkspace): Document {
  const mayRun = executionMode === "remote";
  const actions = ["can-update", "can-queue-run", "can-queue-apply", "can-queue-destroy"];
  const permissions = Object.fromEntries(actions.map((action) => [action, mayRun]));
  const mode = { "execution-mode": executionMode, "terraform-version": terraformVersion };
  return { id, type: "workspaces", attributes: { name, "tag-names": tags, permissions, ...mode } };
}

/** Both uploads are asked for; without one of their addresses Terraform tries again for minutes. */
export function stateVersionDocument({ id }: StateVersion, origin: string): Document {
  const attributes = {
    "hosted-state-download-url": `${origin}/state/${id}`,
    "hosted-state-upload-url": `${origin}/uploads/${id}/state`,
    "hosted-json-state-upload-url": `${origin}/uploads/${id}/json`,
  };
  return { id, type: "state-versions", attributes };
}

/** A sensitive value is given to who asks for this one output only. */
export function outputDocument({ id, name, value, type, sensitive }: StateOutput, alone: boolean): Document {
  const shown = sensitive && !alone ? null : value;
  const kind = typeof type === "string" ? type : "array";
  return {
    id,
    type: "state-version-outputs",
    attributes: { name, sensitive, type: kind, value: shown, "detailed-type": type },
  };
}

/** Whichever project is asked for exists. A 404 would end Terraform with a crash. */
export function projectDocument(name: string): Document {
  return { id: `prj-${name}`, type: "projects", attributes: { name } };
}

export function tagDocument(name: string): Document {
  return { id: `tag-${name}`, type: "tag-bindings", attributes: { key: name, value: "" } };
}

export function errorDocument({ status, title, detail }: CloudRefusal) {
  return { errors: [{ status: String(status), title, ...(detail === undefined ? {} : { detail }) }] };
}
