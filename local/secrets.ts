/**
 * Secrets Manager and Parameter Store as far as they give a secret: the administrator's password, which RDS manages, and
 * those of the sources, which stand in a file.
 */
import { AwsFault } from "./aws-fault";
import { arn } from "./resource-type";
import type { SecretFile } from "./secret-file";

type Input = Readonly<Record<string, unknown>>;

/** What Secrets Manager adds to a name; real ones are made up at random. */
const SUFFIX = "-local1";

export class SecretService {
  /** Of the sources; without it there are none. */
  file: SecretFile | undefined;
  readonly #managed = new Map<string, string>();

  /** A secret that a service of AWS keeps. @param value as the functions get it */
  put(arnOfSecret: string, value: Readonly<Record<string, string>>): void {
    this.#managed.set(arnOfSecret, JSON.stringify(value));
  }

  /** Secrets Manager. @throws AwsFault as it answers */
  call(action: string, input: Input): unknown {
    if (action !== "GetSecretValue")
      throw new AwsFault("InvalidRequestException", `The local run plays GetSecretValue, not ${action}.`);
    const id = String(input.SecretId);
    const value = this.#managed.get(id) ?? this.file?.get(`secretsmanager:${id}`);
    if (value === undefined)
      throw new AwsFault("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    const secretArn = secretArnOf(id);
    return { ARN: secretArn, Name: nameIn(secretArn), SecretString: value, VersionStages: ["AWSCURRENT"] };
  }

  /** Parameter Store. @throws AwsFault as it answers */
  callParameters(action: string, input: Input): unknown {
    if (action !== "GetParameter")
      throw new AwsFault("ValidationException", `The local run plays GetParameter, not ${action}.`);
    const name = String(input.Name);
    const value = this.file?.get(`ssm:${name}`);
    if (value === undefined) throw new AwsFault("ParameterNotFound", `Parameter ${name} not found.`);
    // What is asked for without decryption comes as it is kept.
    const Value = input.WithDecryption === true ? value : Buffer.from(`encrypted ${name}`).toString("base64");
    return { Parameter: { ARN: parameterArnOf(name), Name: name, Type: "SecureString", Value, Version: 1 } };
  }
}

/** What a permission to read it is about. @param id a name or an ARN */
export const secretArnOf = (id: string): string =>
  id.startsWith("arn:") ? id : arn("secretsmanager", `secret:${id}${SUFFIX}`);

/** What a permission to read it is about: names begin with a slash, or have none (Systems Manager User Guide, "Restricting access"). */
export const parameterArnOf = (name: string): string =>
  name.startsWith("arn:") ? name : arn("ssm", `parameter/${name.replace(/^\//, "")}`);

/** An ARN ends with the name and six characters that Secrets Manager adds. */
const nameIn = (secretArn: string): string => secretArn.slice(secretArn.lastIndexOf(":") + 1).replace(/-\w{6}$/, "");
