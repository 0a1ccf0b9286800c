import { sourceIpRule } from "../allowed-cidrs";
import type { PostgresConsumerEnvironment } from "../environment";
import type { MessageRules } from "../event/parsed-message";

/** What a consumer's environment says about messages, whatever its sink is. */
export function messageRules({
  ingress,
  headerSets,
  allowedCidrs,
  sources,
  unmatched,
}: Pick<
  PostgresConsumerEnvironment,
  "ingress" | "headerSets" | "allowedCidrs" | "sources" | "unmatched"
>): MessageRules {
  return { ingress, headerSets, allowsSourceIp: sourceIpRule(allowedCidrs, sources), sources, unmatched };
}
