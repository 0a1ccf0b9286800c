/** Sources of the schemes' senders, and who judges about them with secrets that are at hand. */
import { DELIVERY_IDS } from "../../functions/event/delivery-id";
import type { Source } from "../../functions/event/source";
import { type Judge, judge } from "../../functions/secrets/judge";
import type { SecretReader } from "../../functions/secrets/secret-reader";
import { SecretsUnavailable } from "../../functions/secrets/secrets-unavailable";
import { PUBLIC_URL, SENDERS, type Sender } from "./event/signatures/senders";

export function sender(name: string): Sender {
  const found = SENDERS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no sender ${name}`);
  return found;
}

/** A source for what this sender signs, at `/<scheme>`. */
export function sourceOf({ form, signsUrl }: Sender, given: Partial<Source> = {}): Source {
  const { scheme } = form;
  return {
    name: scheme,
    path: `/${scheme}`,
    signature: {
      ...form,
      secretNames: [`ssm:/${scheme}`],
      ...(signsUrl ? { publicUrl: PUBLIC_URL.split("?")[0] } : {}),
    },
    identity: DELIVERY_IDS[scheme].identity,
    onUnverified: "reject",
    ...given,
  };
}

/** A source that signs nothing. */
export function unsignedSource(given: Partial<Source> = {}): Source {
  const signature = { scheme: "none", secretNames: [] } as const;
  return { name: "open", path: "/open", signature, identity: "request", onUnverified: "reject", ...given };
}

export interface HeldSecrets {
  /** By their names; may be changed. A name that is not there cannot be read. */
  readonly values: Map<string, readonly string[]>;
  readonly reader: Pick<SecretReader, "read">;
  readonly judge: Judge;
  /** The greatest ages that were asked for, in order. */
  readonly ages: (number | undefined)[];
}

/** Secrets of every sender, under the names of {@link sourceOf}. */
export function heldSecrets(): HeldSecrets {
  const values = new Map<string, readonly string[]>();
  for (const { form, secret } of SENDERS) {
    const name = `ssm:/${form.scheme}`;
    values.set(name, [...(values.get(name) ?? []), secret]);
  }
  const ages: (number | undefined)[] = [];
  const reader: HeldSecrets["reader"] = {
    read: async ([name = ""], _signal, maxAgeMs) => {
      ages.push(maxAgeMs);
      const secrets = values.get(name);
      if (secrets === undefined) throw new SecretsUnavailable(name, "it is not there.", "Create it.");
      return secrets;
    },
  };
  return { values, reader, ages, judge: (request, source, signal) => judge(request, source, reader, signal) };
}
