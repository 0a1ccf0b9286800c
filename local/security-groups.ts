/** What a function's network lets it reach. Pure. Source: VPC User Guide, "Security group rules". */
import { blocks } from "./arguments";
import type { DatabaseSettings } from "./database-settings";
import type { Resource, Template } from "./template";

type Direction = "egress" | "ingress";
/** Every protocol, and TCP by its name and number. */
const CARRIES_TCP = ["-1", "tcp", "6"];
const HTTPS_PORT = 443;
const ANYWHERE = "0.0.0.0/0";

/**
 * Whether a function can reach the database: inside the VPC, out of its own security group and into the database's.
 * @returns why it cannot be reached, undefined when it can
 */
export function databaseUnreachable(
  lambda: Resource,
  database: Pick<DatabaseSettings, "port" | "securityGroupIds">,
  template: Template,
): string | undefined {
  const [network] = blocks(lambda.properties.vpc_config);
  const own = (network?.security_group_ids ?? []) as readonly string[];
  if (network === undefined || own.length === 0)
    return "the function is outside of the VPC (it has no vpc_config), and the database has no public address";
  const theirs = database.securityGroupIds;
  // Both are somewhere in the VPC, so a rule for the whole of it speaks of either.
  const ranges = template.resources("aws_vpc").map(({ properties }) => String(properties.cidr_block));
  const allowed = (direction: Direction, groups: readonly string[], others: readonly string[]) =>
    groups.some((group) => allows({ direction, group, peers: [...others, ...ranges], port: database.port }, template));
  if (!allowed("egress", own, theirs))
    return `no egress rule of its security group allows TCP port ${database.port} to the database's`;
  if (!allowed("ingress", theirs, own))
    return `no ingress rule of the database's security group allows TCP port ${database.port} from the function's`;
  return undefined;
}

/**
 * Whether a function can call a service of AWS: from a VPC without a way out only through an endpoint in it, which its
 * security group has to let it reach. Source: VPC User Guide, "Gateway endpoints".
 * @param service as it stands in the endpoint's name, such as s3
 * @returns why it cannot be reached, undefined when it can
 */
export function serviceUnreachable(lambda: Resource, service: string, template: Template): string | undefined {
  const [network] = blocks(lambda.properties.vpc_config);
  const own = (network?.security_group_ids ?? []) as readonly string[];
  // What ways lead out of a VPC that was there before is not in the stack: nothing can be said against it.
  if (network === undefined || template.resources("aws_vpc").length === 0) return undefined;
  const peers = template
    .resources("aws_vpc_endpoint")
    .filter(({ properties }) => String(properties.service_name).endsWith(`.${service}`))
    .map((endpoint) => String(endpoint.attribute("prefix_list_id")));
  if (peers.length === 0) return `the VPC has no way out and no endpoint of ${service}`;
  const isAllowed = own.some((group) => allows({ direction: "egress", group, peers, port: HTTPS_PORT }, template));
  return isAllowed ? undefined : `no egress rule of its security group allows TCP port ${HTTPS_PORT} to the endpoint`;
}

interface Passage {
  readonly direction: Direction;
  readonly group: string;
  /** What is at the other end: ids of security groups, of prefix lists, or address ranges. */
  readonly peers: readonly string[];
  readonly port: number;
}

function allows({ direction, group, peers, port }: Passage, template: Template): boolean {
  const isOfTheStack = template.resources("aws_security_group").some((one) => one.attribute("id") === group);
  // The rules of a group that was there before are not in the stack: nothing can be said against it.
  if (!isOfTheStack) return true;
  return template
    .resources(`aws_vpc_security_group_${direction}_rule`)
    .map(({ properties }) => properties)
    .filter((rule) => rule.security_group_id === group && CARRIES_TCP.includes(String(rule.ip_protocol)))
    .filter((rule) => rule.from_port === undefined || isWithin(port, rule.from_port, rule.to_port))
    .flatMap((rule) => [rule.referenced_security_group_id, rule.prefix_list_id, rule.cidr_ipv4])
    .some((peer) => peer === ANYWHERE || peers.includes(String(peer)));
}

const isWithin = (port: number, from: unknown, to: unknown): boolean =>
  Number(from) <= port && port <= Number(to ?? from);
