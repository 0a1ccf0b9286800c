import { resource, resources, type StackJson } from "../synthesized";
import { type AwsRule, filled, map, num, referred, str } from "./rule";

const GITHUB = "aws_apigatewayv2_integration.ingress_send-github";
const STAGE = "aws_apigatewayv2_stage.http_stage";

/** Source: API Gateway Developer Guide, integration subtype reference, SQS-SendMessage 1.0. */
const SEND_MESSAGE = {
  required: ["QueueUrl", "MessageBody"],
  optional: [
    "DelaySeconds",
    "MessageAttributes",
    "MessageDeduplicationId",
    "MessageGroupId",
    "MessageSystemAttributes",
    "Region",
  ],
};
/** Source: API Gateway Developer Guide, parameter mapping for HTTP APIs, reserved headers. */
const RESERVED_HEADERS =
  /^(?:access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|via|x-amz-.*|x-amzn-.*|x-apigateway-.*|x-forwarded-.*)$/i;
/** Source: API Gateway Developer Guide, logging variables for HTTP APIs: what a mapping may use of $context. */
const CONTEXT = ["requestId", "requestTimeEpoch", "identity.sourceIp", "httpMethod", "path"];

/** A value as AWS gets it: Terraform turns `$${` into `${`. */
const mapping = (value: unknown) => String(value).replaceAll("$${", () => "${");

const sqsIntegrations = (stack: StackJson) =>
  resources(stack, "aws_apigatewayv2_integration").filter(({ properties }) => properties.integration_uri === undefined);

export const API_GATEWAY_RULES: readonly AwsRule[] = [
  {
    name: "an SQS integration is complete and has no unknown parameter",
    source: "API Gateway Developer Guide, AWS service integrations for HTTP APIs and their subtype reference",
    problems: (stack) =>
      sqsIntegrations(stack).flatMap(({ address, properties }) => {
        const given = Object.keys(map(properties.request_parameters));
        const known = [...SEND_MESSAGE.required, ...SEND_MESSAGE.optional];
        return [
          ...SEND_MESSAGE.required.filter((name) => !given.includes(name)).map((name) => `${address}: has no ${name}`),
          ...given.filter((name) => !known.includes(name)).map((name) => `${address}: there is no parameter ${name}`),
          ...(properties.integration_type === "AWS_PROXY" ? [] : [`${address}: integration_type is not AWS_PROXY`]),
          ...(properties.payload_format_version === "1.0" ? [] : [`${address}: payload_format_version is not 1.0`]),
          ...(properties.credentials_arn === undefined ? [`${address}: has no credentials`] : []),
        ];
      }),
    breakIt: (stack) => {
      const github = resource(stack, GITHUB);
      github.request_parameters = { MessageBody: "$request.body", Queue: "x" };
      github.payload_format_version = "2.0";
      delete github.credentials_arn;
    },
    found: [
      `${GITHUB}: has no QueueUrl`,
      `${GITHUB}: there is no parameter Queue`,
      `${GITHUB}: payload_format_version is not 1.0`,
      `${GITHUB}: has no credentials`,
    ],
  },
  {
    name: "a request parameter has 1 to 512 characters",
    source: "API Gateway API, CreateIntegration, requestParameters (StringWithLengthBetween1And512)",
    problems: (stack) =>
      sqsIntegrations(stack).flatMap(({ address, properties }) =>
        Object.entries(map(properties.request_parameters))
          .map(([name, value]) => [name, mapping(value).length] as const)
          .filter(([, length]) => length < 1 || length > 512)
          .map(([name, length]) => `${address}: ${name} has ${length} characters, not 1–512`),
      ),
    breakIt: (stack) => {
      map(resource(stack, GITHUB).request_parameters).MessageAttributes = `$\${${"h".repeat(510)}}`;
      map(resource(stack, GITHUB).request_parameters).MessageBody = "";
    },
    found: [
      `${GITHUB}: MessageAttributes has 513 characters, not 1–512`,
      `${GITHUB}: MessageBody has 0 characters, not 1–512`,
    ],
  },
  {
    name: "message attributes are JSON that SQS takes",
    source: "SQS API, SendMessage, MessageAttribute; SQS Developer Guide, message metadata: 10 attributes at most",
    problems: (stack) =>
      sqsIntegrations(stack).flatMap(({ address, properties }) => {
        const text = mapping(map(properties.request_parameters).MessageAttributes);
        let attributes: ReturnType<typeof map>;
        try {
          attributes = map(JSON.parse(text));
        } catch {
          return [`${address}: MessageAttributes is not JSON`];
        }
        return [
          ...(Object.keys(attributes).length > 10 ? [`${address}: more than 10 attributes`] : []),
          ...Object.entries(attributes)
            .filter(
              ([name, value]) =>
                !/^(?!aws|amazon)[A-Za-z0-9_.-]{1,256}$/i.test(name) ||
                map(value).DataType !== "String" ||
                str(map(value).StringValue) === "",
            )
            .map(([name]) => `${address}: attribute ${name} would be refused`),
        ];
      }),
    breakIt: (stack) => {
      map(resource(stack, GITHUB).request_parameters).MessageAttributes = "{";
      map(resource(stack, "aws_apigatewayv2_integration.ingress_send-body").request_parameters).MessageAttributes =
        JSON.stringify({
          "aws.x": { DataType: "String", StringValue: "x" },
          empty: { DataType: "String", StringValue: "" },
        });
    },
    found: [
      "aws_apigatewayv2_integration.ingress_send-body: attribute aws.x would be refused",
      "aws_apigatewayv2_integration.ingress_send-body: attribute empty would be refused",
      `${GITHUB}: MessageAttributes is not JSON`,
    ],
  },
  {
    name: "mappings use headers and variables that can be mapped",
    source: "API Gateway Developer Guide, parameter mapping for HTTP APIs: reserved headers; logging variables",
    problems: (stack) =>
      sqsIntegrations(stack).flatMap(({ address, properties }) => {
        const text = Object.values(map(properties.request_parameters)).map(mapping).join(" ");
        const used = [...text.matchAll(/\$\{(request\.header|context)\.([A-Za-z0-9.-]+)\}/g)];
        return used
          .filter(([, kind, name = ""]) => (kind === "context" ? !CONTEXT.includes(name) : RESERVED_HEADERS.test(name)))
          .map(([whole]) => `${address}: ${whole} cannot be mapped`);
      }),
    breakIt: (stack) => {
      map(resource(stack, GITHUB).request_parameters).MessageBody = "$${request.header.authorization} $${context.body}";
    },
    found: [
      `${GITHUB}: \${request.header.authorization} cannot be mapped`,
      `${GITHUB}: \${context.body} cannot be mapped`,
    ],
  },
  {
    name: "a route has a valid key of its own and an integration that exists",
    source: "API Gateway Developer Guide, routes for HTTP APIs",
    problems: (stack) => {
      const seen = new Set<string>();
      return resources(stack, "aws_apigatewayv2_route").flatMap(({ address, properties }) => {
        const key = str(properties.route_key);
        const isDuplicate = seen.has(key);
        seen.add(key);
        const form =
          /^(?:ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (?:\/|(?:\/(?:[^/{}\s]+|\{\w+\}))*(?:\/\{\w+\+\}|\/[^/{}\s]+))$/;
        const target =
          /^integrations\/\$\{(aws_apigatewayv2_integration\.[\w-]+)\.id\}$/.exec(str(properties.target))?.[1] ?? "";
        const exists = resources(stack, "aws_apigatewayv2_integration").some(
          (integration) => integration.address === target,
        );
        return [
          ...(key === "$default" || form.test(key) ? [] : [`${address}: "${key}" is not a route key`]),
          ...(isDuplicate ? [`${address}: "${key}" is there already`] : []),
          ...(exists ? [] : [`${address}: ${str(properties.target)} does not exist`]),
        ];
      });
    },
    breakIt: (stack) => {
      resource(stack, "aws_apigatewayv2_route.ingress_route-get").route_key = "GET /{proxy+}/x";
      resource(stack, "aws_apigatewayv2_route.ingress_route-head").route_key = "GET /{proxy+}";
      resource(stack, "aws_apigatewayv2_route.ingress_route-default").target =
        "integrations/${aws_apigatewayv2_integration.gone.id}";
    },
    found: [
      "aws_apigatewayv2_route.ingress_route-default: integrations/${aws_apigatewayv2_integration.gone.id} does not exist",
      'aws_apigatewayv2_route.ingress_route-get: "GET /{proxy+}/x" is not a route key',
      'aws_apigatewayv2_route.ingress_route-head: "GET /{proxy+}" is there already',
    ],
  },
  {
    name: "routes and integrations are within the quotas",
    source: "API Gateway quotas for HTTP APIs: 300 routes, 300 integrations",
    problems: (stack) =>
      ["aws_apigatewayv2_route", "aws_apigatewayv2_integration"]
        .map((type) => [type, resources(stack, type).length] as const)
        .filter(([, count]) => count > 300)
        .map(([type, count]) => `${count} ${type}, over 300`),
    breakIt: (stack) => {
      for (let i = 0; i < 300; i++) Object.assign(stack.resource.aws_apigatewayv2_route ?? {}, { [`more-${i}`]: {} });
    },
    found: ["331 aws_apigatewayv2_route, over 300"],
  },
  {
    name: "a stage has both throttles or none",
    source: "API Gateway API, RouteSettings: a missing one counts as 0, and every request gets 429",
    problems: (stack) =>
      resources(stack, "aws_apigatewayv2_stage").flatMap(({ address, properties }) => {
        if (properties.default_route_settings === undefined) return [];
        const { throttling_rate_limit: rate, throttling_burst_limit: burst } = map(properties.default_route_settings);
        return num(rate, 0) > 0 && num(burst, 0) > 0
          ? []
          : [`${address}: throttles to rate ${num(rate, 0)}, burst ${num(burst, 0)}`];
      }),
    breakIt: (stack) => {
      resource(stack, STAGE).default_route_settings = { throttling_rate_limit: 100 };
    },
    found: [`${STAGE}: throttles to rate 100, burst 0`],
  },
  {
    name: "the access log has a request id and goes to a vended log group",
    source:
      "API Gateway Developer Guide, logging for HTTP APIs; CloudWatch Logs User Guide, log delivery and its resource policy size",
    problems: (stack) =>
      resources(stack, "aws_apigatewayv2_stage").flatMap(({ address, properties }) => {
        const settings = map(properties.access_log_settings);
        const group = referred(settings.destination_arn) ?? "";
        const name = filled(stack, `\${${group}.name}`);
        return [
          ...(/\$context\.(?:requestId|extendedRequestId)/.test(str(settings.format))
            ? []
            : [`${address}: the format has no $context.requestId`]),
          ...(str(settings.format).includes("\n") ? [`${address}: the format has more than one line`] : []),
          ...(name.startsWith("/aws/vendedlogs/") ? [] : [`${address}: logs to ${name}`]),
        ];
      }),
    breakIt: (stack) => {
      resource(stack, STAGE).access_log_settings = {
        destination_arn: "${aws_cloudwatch_log_group.consumer_log-group.arn}",
        format: "$context.status\n",
      };
    },
    found: [
      `${STAGE}: the format has no $context.requestId`,
      `${STAGE}: the format has more than one line`,
      `${STAGE}: logs to /aws/lambda/test-webhook-consume`,
    ],
  },
];
