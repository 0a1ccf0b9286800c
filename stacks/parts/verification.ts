import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { Construct } from "constructs";
import type { Account } from "../arn";
import type { ResourceNames } from "../names";
import type { Statement } from "../policy";
import type { Settings } from "../settings";
import { sourcesVariables } from "../source-variables";
import { secretNamesOf, sourcesOf } from "../sources";
import { countLines } from "./line-count";
import { secretRights } from "./secret-rights";

/** What a function has that verifies signatures: the publisher where there is one, else the consumer. */
export interface Verification {
  /** Variables with the sources that it verifies by. */
  readonly sourcesVariables: Readonly<Record<string, string>>;
  /** To read the secrets of those sources. */
  readonly secretRights: readonly Statement[];
}

/** @param account asked for where a secret's name is no ARN */
export function verificationOf(settings: Settings, account: () => Account): Verification {
  const sources = sourcesOf(settings);
  return {
    sourcesVariables: sourcesVariables(sources, settings.unmatched),
    secretRights: secretRights(secretNamesOf(sources), account),
  };
}

export interface UnverifiedCountProps {
  readonly names: ResourceNames;
  readonly settings: Settings;
  /** Of who verifies. */
  readonly logGroup: CloudwatchLogGroup;
}

/** How much of what comes to each source is not from it, and is refused (publisher) or rejected (consumer). */
export function countUnverified(scope: Construct, { names, settings, logGroup }: UnverifiedCountProps): void {
  if (Object.keys(settings.sources).length === 0) return;
  const stage = settings.ingress === "lambda" ? "refused" : "rejected";
  countLines(scope, "unverified-count", { logGroup, name: names.of(stage), stage, isBySource: true });
}
