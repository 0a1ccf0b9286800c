import { payloadInvalid } from "./errors";

/** The administrator's log-in, of the secret. */
export interface Administrator {
  readonly username: string;
  readonly password: string;
}

/** Pure. @throws MigrationError that has nothing of the payload in it */
export function readPayload(event: unknown): Administrator {
  if (typeof event !== "object" || event === null) throw payloadInvalid();
  const { username, password } = event as Readonly<Record<string, unknown>>;
  if (typeof username !== "string" || username === "" || typeof password !== "string" || password === "")
    throw payloadInvalid();
  return { username, password };
}
