/** A name of one's own for a stack's API: schema and rules. */
import { z } from "zod";
import type { BrokenRule } from "./errors";
import { text } from "./setting-rules";
import type { Settings } from "./settings";

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

/** A domain name in lower case, of two labels or more; no IP address. */
export const DOMAIN_NAME = new RegExp(`^(?=.{1,253}$)(?!.*\\.\\d+$)(?:${LABEL}\\.)+${LABEL}$`);

export const domain = z
  .strictObject({
    /** Where senders send to instead of the API's own URL, which is then switched off. */
    name: text(
      DOMAIN_NAME,
      'a domain name in lower case, such as "hooks.example.com"',
      "API Gateway API, CreateDomainName",
    ),
    /** ARN of a certificate for that name, issued, and in the stack's region. */
    certificateArn: text(
      /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]{1,64}$/,
      'the ARN of a certificate, such as "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"',
      "Certificate Manager API, CertificateDetail",
    ),
    /** Route 53 zone that gets the record. @default none: point the name at the output domain_target yourself */
    hostedZoneId: text(
      /^[A-Z0-9]{1,32}$/,
      'the id of a hosted zone, such as "Z0123456789ABCDEFGHIJ", without "/hostedzone/"',
      "Route 53 API, HostedZone",
    ).optional(),
  })
  .optional();

export function domainRules(settings: Settings): BrokenRule[] {
  return [
    ...certificateRules("domain", settings.domain, settings.region),
    ...certificateRules("postgresSink.domain", settings.postgresSink?.domain, settings.region),
    ...sameNameRules(settings),
  ];
}

function certificateRules(path: string, given: Settings["domain"], region: string): BrokenRule[] {
  const certificateRegion = given?.certificateArn.split(":")[3];
  if (given === undefined || certificateRegion === region) return [];
  return [
    {
      path: `${path}.certificateArn`,
      involves: [path, "region"],
      value: JSON.stringify(given.certificateArn),
      rule: `it is of ${certificateRegion}, and the API is in ${region}, where its certificate has to be too`,
      source: "API Gateway Developer Guide, custom domain names for HTTP APIs",
      remedy: `Request or import the certificate in ${region}, or set region to "${certificateRegion}".`,
      code: "CERTIFICATE_REGION",
    },
  ];
}

/** Two stacks cannot both make the same name. */
function sameNameRules({ domain: webhook, postgresSink }: Settings): BrokenRule[] {
  const sink = postgresSink?.domain;
  if (sink === undefined || sink.name !== webhook?.name) return [];
  return [
    {
      path: "postgresSink.domain.name",
      involves: ["postgresSink.domain", "domain"],
      value: JSON.stringify(sink.name),
      rule: "domain.name is the same, and a name leads to one API only: each stack has its own",
      source: "API Gateway API, CreateDomainName: ConflictException",
      remedy: "Give it another name, or leave out one of the two.",
      code: "DOMAIN_TAKEN",
    },
  ];
}
