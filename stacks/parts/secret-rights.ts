import { parseSecretName } from "../../functions/environment";
import { type Account, parameterArn, secretArn } from "../arn";
import type { Statement } from "../policy";

/**
 * To read these secrets and no other. The keys of AWS that encrypt them (aws/ssm, aws/secretsmanager) allow it to
 * everybody in the account who may read the secret (KMS Developer Guide, AWS managed keys); a key of one's own needs a
 * right to kms:Decrypt, which the stack does not give.
 * @param names with their stores, as the settings have them
 * @param account asked for where a name is no ARN
 */
export function secretRights(names: readonly string[], account: () => Account): Statement[] {
  const secrets = names.flatMap((name) => parseSecretName(name) ?? []);
  const arnsIn = (store: string, arnOf: (account: Account, name: string) => string) =>
    secrets
      .filter((secret) => secret.store === store)
      .map(({ name }) => (name.startsWith("arn:") ? name : arnOf(account(), name)));
  const rights = [
    { Action: "ssm:GetParameter", Resource: arnsIn("ssm", parameterArn) },
    { Action: "secretsmanager:GetSecretValue", Resource: arnsIn("secretsmanager", secretArn) },
  ];
  return rights.filter(({ Resource }) => Resource.length > 0).map((right) => ({ Effect: "Allow", ...right }));
}
