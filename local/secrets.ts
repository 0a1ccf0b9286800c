/** Secrets Manager with the one kind of secret that a stack here has: the administrator's password, which RDS manages. */
import { AwsFault } from "./aws-fault";

export class SecretService {
  readonly #secrets = new Map<string, string>();

  /** @param value as the functions get it */
  put(arn: string, value: Readonly<Record<string, string>>): void {
    this.#secrets.set(arn, JSON.stringify(value));
  }

  /** @throws AwsFault as Secrets Manager answers it */
  call(action: string, input: Readonly<Record<string, unknown>>): unknown {
    if (action !== "GetSecretValue")
      throw new AwsFault("InvalidRequestException", `The local run plays GetSecretValue, not ${action}.`);
    const arn = String(input.SecretId);
    const value = this.#secrets.get(arn);
    if (value === undefined)
      throw new AwsFault("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return { ARN: arn, Name: nameIn(arn), SecretString: value, VersionStages: ["AWSCURRENT"] };
  }
}

/** An ARN ends with the name and six characters that Secrets Manager adds. */
const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1).replace(/-\w{6}$/, "");
