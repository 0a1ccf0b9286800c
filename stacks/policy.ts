/** IAM policy documents as JSON: fixed order, so that the same stack is always the same text. */

export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: string | Readonly<Record<string, string>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function policy(...statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Lets one AWS service take a role. */
export function trust(service: string): string {
  return policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } });
}
