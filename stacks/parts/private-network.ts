import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ResourceNames } from "../names";
import { subnetsOf } from "../subnets";

export interface PrivateNetworkProps {
  readonly names: ResourceNames;
  /** IPv4, /16 to /24. */
  readonly cidr: string;
  /** 2 to 6: a subnet in each. */
  readonly zones: number;
  readonly databasePort: number;
}

/**
 * A VPC with private subnets and no way in or out of it: no internet gateway, no NAT, no endpoint. Lambda polls the
 * queue from outside, and a password for the database is an IAM token, which is made without a call.
 */
export class PrivateNetwork extends Construct {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly clientSecurityGroupId: string;
  readonly databaseSecurityGroupId: string;
  /** What opens the way from the clients to the database. */
  readonly rules: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: PrivateNetworkProps) {
    super(scope, id);
    const { names, cidr } = props;
    const tags = { Name: names.of("network") };
    const vpc = new Vpc(this, "vpc", { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true, tags });
    this.vpcId = vpc.id;
    // Every VPC has it, and it lets everything out and its members in: without rules it lets nothing.
    new DefaultSecurityGroup(this, "default-group", { vpcId: vpc.id, tags: { Name: names.of("unused") } });
    this.subnetIds = this.subnets(props);

    const clients = this.group("clients", "What logs in to the database.", names);
    const database = this.group("database", "The database.", names);
    this.clientSecurityGroupId = clients.id;
    this.databaseSecurityGroupId = database.id;
    const port = { ipProtocol: "tcp", fromPort: props.databasePort, toPort: props.databasePort };
    this.rules = [
      new VpcSecurityGroupEgressRule(this, "clients-to-database", {
        ...port,
        securityGroupId: clients.id,
        referencedSecurityGroupId: database.id,
        description: "To the database.",
      }),
      new VpcSecurityGroupIngressRule(this, "database-from-clients", {
        ...port,
        securityGroupId: database.id,
        referencedSecurityGroupId: clients.id,
        description: "From what logs in to it.",
      }),
    ];
  }

  private subnets({ names, cidr, zones }: PrivateNetworkProps): string[] {
    const available = new DataAwsAvailabilityZones(this, "zones", {
      state: "available",
      // Local zones have no RDS of every class and no subnet that Lambda takes.
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
    return subnetsOf(cidr, zones).map((cidrBlock, i) => {
      const subnet = new Subnet(this, `subnet-${i + 1}`, {
        vpcId: this.vpcId,
        cidrBlock,
        availabilityZone: `\${${available.fqn}.names[${i}]}`,
        mapPublicIpOnLaunch: false,
        tags: { Name: names.of(`private-${i + 1}`) },
        // A zone that AWS opens or closes moves the others in the list; a subnet cannot move.
        lifecycle: { ignoreChanges: ["availability_zone"] },
      });
      return subnet.id;
    });
  }

  private group(id: string, description: string, names: ResourceNames): SecurityGroup {
    const name = names.of(id);
    return new SecurityGroup(this, id, { name, description, vpcId: this.vpcId, tags: { Name: name } });
  }
}
