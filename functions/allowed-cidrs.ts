import { BlockList, isIP } from "node:net";
import { type Source, sourceOf } from "./event/source";

/**
 * Which senders may send. It keeps strangers' events out of the sink, and nothing more: the API takes their requests
 * all the same (an HTTP API has no WAF and no resource policy), and it is the address API Gateway saw, so a proxy's
 * where there is one.
 * @param cidrs checked CIDR blocks; absent: any address
 * @param sources whose own blocks hold as well, on their paths
 */
export function sourceIpRule(
  cidrs: readonly string[] | undefined,
  sources: readonly Pick<Source, "path" | "allowedCidrs">[] = [],
): (sourceIp: string, path: string) => boolean {
  const isAllowed = blockRule(cidrs);
  const rules = sources.map(({ path, allowedCidrs }) => ({ path, isAllowed: blockRule(allowedCidrs) }));
  return (sourceIp, path) => isAllowed(sourceIp) && (sourceOf(path, rules)?.isAllowed(sourceIp) ?? true);
}

function blockRule(cidrs: readonly string[] | undefined): (sourceIp: string) => boolean {
  if (cidrs === undefined) return () => true;
  const allowed = new BlockList();
  for (const cidr of cidrs) {
    const [network = "", bits] = cidr.split("/");
    allowed.addSubnet(network, Number(bits), family(network));
  }
  // What is no address is in no block.
  return (sourceIp) => allowed.check(sourceIp, family(sourceIp));
}

function family(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
