import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ResourceNames } from "../names";
import { policy } from "../policy";
import { readBodyRights } from "./arrivals";
import type { PrivateNetwork } from "./private-network";

export interface S3WayProps {
  readonly names: ResourceNames;
  readonly region: string;
  readonly network: PrivateNetwork;
  readonly bodies: S3Bucket;
}

const HTTPS_PORT = 443;

/**
 * The way from a private network to the bodies, and to nothing else: S3's gateway endpoint, which costs nothing and
 * needs no address (VPC User Guide, gateway endpoints for Amazon S3).
 */
export class S3Way extends Construct {
  /** What opens the way. */
  readonly rules: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { names, region, network, bodies }: S3WayProps) {
    super(scope, id);
    const { vpcId } = network;
    const table = new RouteTable(this, "routes", { vpcId, tags: { Name: names.of("private") } });
    const associations = network.subnetIds.map(
      (subnetId, i) => new RouteTableAssociation(this, `routes-${i + 1}`, { subnetId, routeTableId: table.id }),
    );
    const endpoint = new VpcEndpoint(this, "endpoint", {
      vpcId,
      serviceName: `com.amazonaws.${region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: [table.id],
      policy: policy(...readBodyRights(bodies).map((right) => ({ ...right, Principal: "*" }))),
      tags: { Name: names.of("s3") },
    });
    const rule = new VpcSecurityGroupEgressRule(this, "clients-to-s3", {
      securityGroupId: network.clientSecurityGroupId,
      ipProtocol: "tcp",
      fromPort: HTTPS_PORT,
      toPort: HTTPS_PORT,
      prefixListId: endpoint.prefixListId,
      description: "To S3, through its gateway endpoint.",
    });
    this.rules = [...associations, rule];
  }
}
