/** Which store a secret is in, and its name there: `ssm:/webhook/github`, `secretsmanager:webhook/github`, or its ARN. */
export interface SecretName {
  readonly store: SecretStoreName;
  readonly name: string;
}

export const SECRET_STORES = ["ssm", "secretsmanager"] as const;
export type SecretStoreName = (typeof SECRET_STORES)[number];

/** @returns undefined for what names no secret */
export function parseSecretName(text: string): SecretName | undefined {
  const colon = text.indexOf(":");
  const store = SECRET_STORES.find((known) => known === text.slice(0, colon));
  const name = text.slice(colon + 1);
  return store === undefined || !/^[\w./+=@:!-]{1,2048}$/.test(name) ? undefined : { store, name };
}
