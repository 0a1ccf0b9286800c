import { counts, outputs, resource, synthesized, told } from "./synthesized";

describe.each(["direct", "lambda"] as const)("a domain, with ingress %s", (ingress) => {
  const domain = {
    name: "hooks.example.com",
    certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
  };
  const without = counts(synthesized({ ingress }));
  const pointedAt = synthesized({ ingress, domain });

  test("adds a name and its mapping, and switches the API's own URL off", () => {
    expect(counts(pointedAt)).toEqual({
      ...without,
      aws_apigatewayv2_domain_name: 1,
      aws_apigatewayv2_api_mapping: 1,
    });
    expect(told(pointedAt, "aws_apigatewayv2_domain_name.http_domain_name")).toEqual({
      domain_name: "hooks.example.com",
      domain_name_configuration: {
        certificate_arn: domain.certificateArn,
        endpoint_type: "REGIONAL",
        security_policy: "TLS_1_2",
      },
    });
    expect(told(pointedAt, "aws_apigatewayv2_api_mapping.http_domain_mapping")).toEqual({
      api_id: "${aws_apigatewayv2_api.http_api.id}",
      domain_name: "${aws_apigatewayv2_domain_name.http_domain_name.id}",
      stage: "${aws_apigatewayv2_stage.http_stage.id}",
    });
    expect(resource(pointedAt, "aws_apigatewayv2_api.http_api").disable_execute_api_endpoint).toBe(true);
  });

  test("is the URL, and what it must point at is told", () => {
    expect(outputs(pointedAt)).toMatchObject({
      url: "https://hooks.example.com",
      domain_target: "${aws_apigatewayv2_domain_name.http_domain_name.domain_name_configuration[0].target_domain_name}",
    });
  });

  test("gets its record where its zone is known", () => {
    const recorded = synthesized({ ingress, domain: { ...domain, hostedZoneId: "Z0123456789ABCDEFGHIJ" } });
    expect(counts(recorded)).toEqual({ ...counts(pointedAt), aws_route53_record: 1 });
    const name = "aws_apigatewayv2_domain_name.http_domain_name.domain_name_configuration[0]";
    expect(told(recorded, "aws_route53_record.http_domain_record")).toEqual({
      zone_id: "Z0123456789ABCDEFGHIJ",
      name: "hooks.example.com",
      type: "A",
      alias: {
        name: `\${${name}.target_domain_name}`,
        zone_id: `\${${name}.hosted_zone_id}`,
        evaluate_target_health: false,
      },
    });
  });
});

test("without a domain the API's own URL is on", () => {
  expect(resource(synthesized(), "aws_apigatewayv2_api.http_api")).not.toHaveProperty("disable_execute_api_endpoint");
});
