import { resource, resources } from "../synthesized";
import { type AwsRule, map, referred, str } from "./rule";

const NAME = "aws_apigatewayv2_domain_name.http_domain_name";
const MAPPING = "aws_apigatewayv2_api_mapping.http_domain_mapping";
const RECORD = "aws_route53_record.http_domain_record";

export const DOMAIN_RULES: readonly AwsRule[] = [
  {
    name: "a domain is regional, of TLS 1.2, with a certificate of the API's region",
    source: "API Gateway Developer Guide, custom domain names for HTTP APIs",
    breaks: "lambda",
    problems: (stack) =>
      resources(stack, "aws_apigatewayv2_domain_name").flatMap(({ address, properties }) => {
        const { certificate_arn, endpoint_type, security_policy } = map(properties.domain_name_configuration);
        const region = str(stack.provider.aws?.[0]?.region);
        const ofCertificate = str(certificate_arn).split(":")[3] ?? "";
        return [
          ...(endpoint_type === "REGIONAL" ? [] : [`${address}: endpoint_type is ${str(endpoint_type)}`]),
          ...(security_policy === "TLS_1_2" ? [] : [`${address}: security_policy is ${str(security_policy)}`]),
          ...(ofCertificate === region ? [] : [`${address}: its certificate is of ${ofCertificate}, not ${region}`]),
          ...(/^(?=.{1,253}$)(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}$/.test(str(properties.domain_name))
            ? []
            : [`${address}: ${str(properties.domain_name)} is no name`]),
        ];
      }),
    breakIt: (stack) => {
      resource(stack, NAME).domain_name = "Hooks";
      resource(stack, NAME).domain_name_configuration = {
        certificate_arn: "arn:aws:acm:eu-west-1:123456789012:certificate/x",
        endpoint_type: "EDGE",
        security_policy: "TLS_1_0",
      };
    },
    found: [
      `${NAME}: endpoint_type is EDGE`,
      `${NAME}: security_policy is TLS_1_0`,
      `${NAME}: its certificate is of eu-west-1, not us-east-1`,
      `${NAME}: Hooks is no name`,
    ],
  },
  {
    name: "a domain is mapped to a stage of its API, whose own endpoint is off",
    source: "API Gateway Developer Guide, API mappings, and disabling the default endpoint for HTTP APIs",
    breaks: "lambda",
    problems: (stack) =>
      resources(stack, "aws_apigatewayv2_domain_name").flatMap(({ address }) => {
        const mappings = resources(stack, "aws_apigatewayv2_api_mapping").filter(
          ({ properties }) => referred(properties.domain_name) === address,
        );
        if (mappings.length === 0) return [`${address}: is mapped to nothing`];
        return mappings.flatMap(({ address: mapping, properties }) => {
          const api = referred(properties.api_id) ?? "";
          const stage = referred(properties.stage) ?? "";
          return [
            ...(referred(resource(stack, stage).api_id) === api
              ? []
              : [`${mapping}: ${stage} is not a stage of ${api}`]),
            ...(resource(stack, api).disable_execute_api_endpoint === true
              ? []
              : [`${mapping}: ${api} has its own endpoint too`]),
          ];
        });
      }),
    breakIt: (stack) => {
      delete resource(stack, "aws_apigatewayv2_api.http_api").disable_execute_api_endpoint;
      resource(stack, "aws_apigatewayv2_stage.http_stage").api_id = "other";
      Object.assign(stack.resource.aws_apigatewayv2_domain_name ?? {}, { unused: {} });
    },
    found: [
      `${MAPPING}: aws_apigatewayv2_stage.http_stage is not a stage of aws_apigatewayv2_api.http_api`,
      `${MAPPING}: aws_apigatewayv2_api.http_api has its own endpoint too`,
      "aws_apigatewayv2_domain_name.unused: is mapped to nothing",
    ],
  },
  {
    name: "a record is an alias of the domain, under its name",
    source: "Route 53 Developer Guide, routing traffic to an API Gateway API; an alias has no TTL of its own",
    breaks: "lambda",
    problems: (stack) =>
      resources(stack, "aws_route53_record").flatMap(({ address, properties }) => {
        const alias = map(properties.alias);
        const target =
          /^\$\{(.+)\.domain_name_configuration\[0\]\.target_domain_name\}$/.exec(str(alias.name))?.[1] ?? "";
        const zone = `\${${target}.domain_name_configuration[0].hosted_zone_id}`;
        return [
          ...(["A", "AAAA"].includes(str(properties.type))
            ? []
            : [`${address}: an alias is no ${str(properties.type)}`]),
          ...(properties.ttl === undefined && properties.records === undefined ? [] : [`${address}: is no alias only`]),
          ...(resources(stack, "aws_apigatewayv2_domain_name").some(
            (domain) => domain.address === target && domain.properties.domain_name === properties.name,
          )
            ? []
            : [`${address}: ${str(properties.name)} is not the name of its target`]),
          ...(alias.zone_id === zone ? [] : [`${address}: the target is not of the zone ${str(alias.zone_id)}`]),
        ];
      }),
    breakIt: (stack) => {
      Object.assign(resource(stack, RECORD), { type: "CNAME", ttl: 60, name: "other.example.com" });
      map(resource(stack, RECORD).alias).zone_id = "Z1";
    },
    found: [
      `${RECORD}: an alias is no CNAME`,
      `${RECORD}: is no alias only`,
      `${RECORD}: other.example.com is not the name of its target`,
      `${RECORD}: the target is not of the zone Z1`,
    ],
  },
];
