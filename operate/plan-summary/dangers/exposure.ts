/** Ways through the network: opened, and closed. */
import { type Change, isLost, type Plan } from "../plan";
import { at, list, shown, type Value } from "../value";
import type { Finding } from "./rule";

const EVERYBODY = ["0.0.0.0/0", "::/0"];
const INGRESS = ["aws_vpc_security_group_ingress_rule", "aws_security_group_rule", "aws_security_group"];

export function openedToEverybody({ before, after, type }: Change): readonly Finding[] {
  if (!INGRESS.includes(type) || after === undefined) return [];
  if (type === "aws_security_group_rule" && at(after, "type") !== "ingress") return [];
  const old = new Set(openPorts(before ?? null));
  const opened = openPorts(after).filter((ports) => !old.has(ports));
  if (opened.length === 0) return [];
  return [{ says: "The network lets everybody in.", items: opened }];
}

/** Such as "tcp 5432-5432 from 0.0.0.0/0". */
function openPorts(side: Value): string[] {
  const rules = [side, ...list(at(side, "ingress"))];
  return rules.flatMap((rule) => {
    const named = [at(rule, "cidr_ipv4"), at(rule, "cidr_ipv6")];
    const listed = [...list(at(rule, "cidr_blocks")), ...list(at(rule, "ipv6_cidr_blocks"))];
    const open = [...named, ...listed].filter((cidr): cidr is string => EVERYBODY.includes(cidr as string));
    return open.map((cidr) => `${portsOf(rule)} from ${cidr}`);
  });
}

const RULES = ["aws_vpc_security_group_ingress_rule", "aws_security_group_rule"];
const SOURCES = [
  "cidr_ipv4",
  "cidr_ipv6",
  "cidr_blocks",
  "ipv6_cidr_blocks",
  "prefix_list_id",
  "prefix_list_ids",
  "referenced_security_group_id",
  "source_security_group_id",
];

/** A way into something that is there already. Whoever is let in by a new group's rules is read where the group is. */
export function anotherWayIn({ before, after, type }: Change): readonly Finding[] {
  if (!RULES.includes(type) || after === undefined || typeof at(after, "security_group_id") === "symbol") return [];
  if (type === "aws_security_group_rule" && at(after, "type") !== "ingress") return [];
  const old = new Set(before === undefined ? [] : waysIn(before));
  const ways = waysIn(after).filter((way) => !old.has(way));
  return ways.length === 0 ? [] : [{ says: "The network lets in somebody else than before.", items: ways }];
}

/** Such as "tcp 5432-5432 from sg-0123456789abcdef0"; everybody is told of by another rule. */
function waysIn(rule: Value): string[] {
  const sources = SOURCES.flatMap((name) => {
    const value = at(rule, name);
    return Array.isArray(value) ? value : [value];
  });
  const named = sources.filter((source) => source !== null && source !== "" && !EVERYBODY.includes(source as string));
  return named.map((source) => `${portsOf(rule)} from ${shown(source)}`);
}

/** Such as "tcp 5432-5432". */
function portsOf(rule: Value): string {
  const protocol = at(rule, "ip_protocol") ?? at(rule, "protocol");
  const ports = [at(rule, "from_port"), at(rule, "to_port")].map((port) => (port === null ? "any" : String(port)));
  return `${String(protocol)} ${ports.join("-")}`;
}

const WAYS = [...RULES, "aws_vpc_security_group_egress_rule", "aws_route", "aws_vpc_endpoint"];

/** Not told of where a security group, route table or VPC goes too: its ways go with it. */
export function wayClosed({ type, action }: Change, { changes }: Plan): readonly Finding[] {
  if (!WAYS.includes(type) || action !== "destroy") return [];
  const goesWithMore = changes.some((other) => NETWORKS.includes(other.type) && isLost(other));
  if (goesWithMore) return [];
  return [{ says: "A way through the network is closed: what used it, such as a consumer its database, fails." }];
}

const NETWORKS = ["aws_vpc", "aws_security_group", "aws_route_table"];
