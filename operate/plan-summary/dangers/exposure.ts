/** Walls of the network that everybody gets through. */
import type { Change } from "../plan";
import { at, list, type Value } from "../value";
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
    const protocol = at(rule, "ip_protocol") ?? at(rule, "protocol");
    const ports = [at(rule, "from_port"), at(rule, "to_port")].map((port) => (port === null ? "any" : String(port)));
    return open.map((cidr) => `${String(protocol)} ${ports.join("-")} from ${cidr}`);
  });
}
