import type { Secrets } from "../event/signatures/signed-request";
import { faultDetail, faultName } from "../stores/fault-name";
import { parseSecretName, type SecretStoreName } from "./secret-name";
import type { ReadSecret } from "./secret-store";
import { SecretsUnavailable } from "./secrets-unavailable";

/** Milliseconds for which a secret that was read is taken for today's. */
export const SECRET_AGE_MS = 300_000;
/** The same after a signature that does not fit: so often may strangers make us read, and so soon a rotation is seen. */
export const DOUBTED_SECRET_AGE_MS = 15_000;

/** What an operator can do, by the name of the fault (SSM API, GetParameter; Secrets Manager API, GetSecretValue). */
const ADVICE: Readonly<Record<string, string>> = {
  ParameterNotFound: "Create the parameter, or correct the name in the source's secrets.",
  ResourceNotFoundException: "Create the secret, or correct the name in the source's secrets.",
  AccessDeniedException: "The function's role must allow reading it, and its KMS key: deploy the stack again.",
  InvalidRequestException: "The secret is being deleted: restore it, or name another one.",
};
const WAIT = "If it lasts, look at the AWS Health Dashboard and at the function's network.";

interface Held {
  readonly atMs: number;
  readonly value: Promise<readonly string[]>;
}

/** Reads secrets once per execution environment, and again when they are old: a rotation needs no deployment. */
export class SecretReader {
  readonly #stores: Readonly<Record<SecretStoreName, ReadSecret>>;
  readonly #now: () => number;
  readonly #held = new Map<string, Held>();
  readonly #lists = new Map<string, Secrets>();

  constructor(stores: Readonly<Record<SecretStoreName, ReadSecret>>, now: () => number = Date.now) {
    this.#stores = stores;
    this.#now = now;
  }

  /**
   * All secrets that are valid now. One value may hold several, one a line: in a rotation the old and the new one.
   * @param maxAgeMs how long ago they may have been read
   * @returns the same array as long as they are the same, so that keys are made once
   * @throws SecretsUnavailable when one of them cannot be read: an old value is not used instead, it may have been revoked
   */
  async read(names: readonly string[], signal: AbortSignal, maxAgeMs = SECRET_AGE_MS): Promise<Secrets> {
    const values = await Promise.all(names.map((name) => this.#valuesOf(name, signal, maxAgeMs)));
    const list = values.flat();
    const key = names.join("\n");
    const before = this.#lists.get(key);
    if (before?.length === list.length && list.every((secret, at) => secret === before[at])) return before;
    this.#lists.set(key, list);
    return list;
  }

  #valuesOf(name: string, signal: AbortSignal, maxAgeMs: number): Promise<readonly string[]> {
    const held = this.#held.get(name);
    const nowMs = this.#now();
    if (held !== undefined && nowMs - held.atMs < maxAgeMs) return held.value;
    const value = this.#readNow(name, signal);
    const reading = { atMs: nowMs, value };
    this.#held.set(name, reading);
    // A failed read is not kept: whoever comes next tries again.
    value.catch(() => {
      if (this.#held.get(name) === reading) this.#held.delete(name);
    });
    return value;
  }

  async #readNow(text: string, signal: AbortSignal): Promise<readonly string[]> {
    const secretName = parseSecretName(text);
    if (secretName === undefined) {
      throw new SecretsUnavailable(text, "that names no secret.", 'Names begin with "ssm:" or "secretsmanager:".');
    }
    const value = await this.#stores[secretName.store](secretName.name, signal).catch((fault: unknown) => {
      const reason = faultName(fault);
      throw new SecretsUnavailable(text, `${reason}: ${faultDetail(fault)}`, ADVICE[reason] ?? WAIT, fault);
    });
    const secrets = (value ?? "").split(/\r?\n/).filter((line) => line !== "");
    if (secrets.length === 0) throw new SecretsUnavailable(text, "it is empty.", "Give it a value.");
    return secrets;
  }
}
