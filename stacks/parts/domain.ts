import type { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2ApiMapping } from "@cdktf/provider-aws/lib/apigatewayv2-api-mapping";
import { Apigatewayv2DomainName } from "@cdktf/provider-aws/lib/apigatewayv2-domain-name";
import type { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";
import type { Settings } from "../settings";

export interface DomainProps {
  readonly domain: NonNullable<Settings["domain"]>;
  readonly api: Apigatewayv2Api;
  /** Of the API: what the name stands for. */
  readonly stage: Apigatewayv2Stage;
}

/** A name of the deployer's own for the API. */
export class Domain extends Construct {
  /** What the name must point at. */
  readonly target: string;

  constructor(scope: Construct, id: string, { domain, api, stage }: DomainProps) {
    super(scope, id);
    const name = new Apigatewayv2DomainName(this, "name", {
      domainName: domain.name,
      domainNameConfiguration: {
        certificateArn: domain.certificateArn,
        endpointType: "REGIONAL",
        securityPolicy: "TLS_1_2",
      },
    });
    new Apigatewayv2ApiMapping(this, "mapping", { apiId: api.id, domainName: name.id, stage: stage.id });
    const { targetDomainName, hostedZoneId } = name.domainNameConfiguration;
    this.target = targetDomainName;
    if (domain.hostedZoneId !== undefined) {
      new Route53Record(this, "record", {
        zoneId: domain.hostedZoneId,
        name: domain.name,
        type: "A",
        alias: { name: targetDomainName, zoneId: hostedZoneId, evaluateTargetHealth: false },
      });
    }
  }
}
