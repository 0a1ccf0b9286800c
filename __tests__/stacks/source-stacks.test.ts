/** What sources change in the stacks. The rules for the settings: source-settings.test.ts. */
import type { EnvironmentSettings } from "../../stacks/settings";
import { OTHER_VARIABLES_BYTES } from "../../stacks/source-variables";
import { GITHUB, GITLAB, HMAC, NONE, SQUARE, STRIPE } from "./source-examples";
import {
  type Json,
  type Properties,
  parsed,
  resource,
  resources,
  type StackJson,
  synthesized,
  synthesizedPostgresSink,
} from "./synthesized";

const variables = (of: StackJson, name: string) =>
  (resource(of, `aws_lambda_function.${name}_function`).environment as { variables: Properties }).variables;
const statements = (of: StackJson, name: string) =>
  parsed(resource(of, `aws_iam_role_policy.${name}_role-policy`).policy).Statement as Properties[];
const secretStatements = (of: StackJson, name: string) =>
  statements(of, name).filter(({ Action }) => /^(?:ssm|secretsmanager):/.test(String(Action)));
const POLICIES = "aws_iam_role_policy";

const DIRECT: EnvironmentSettings = {
  sources: { github: GITHUB, stripe: STRIPE, billing: HMAC, open: NONE },
  unmatched: "reject",
  rejected: { maxPerMinute: 7 },
};
const LAMBDA: EnvironmentSettings = {
  ...DIRECT,
  ingress: "lambda",
  sources: { ...DIRECT.sources, square: SQUARE, gitlab: GITLAB },
};
const direct = synthesized(DIRECT);
const lambda = synthesized(LAMBDA);
const plain = synthesized();

const ACCOUNT = "us-east-1:${data.aws_caller_identity.account.account_id}";
const SSM = `arn:aws:ssm:${ACCOUNT}:parameter`;
const MANAGER = `arn:aws:secretsmanager:${ACCOUNT}:secret`;

describe("who verifies is told of the sources, and may read exactly their secrets", () => {
  test("the consumer, where API Gateway writes to the queue itself", () => {
    expect(JSON.parse(String(variables(direct, "consumer").SOURCES))).toMatchObject([
      { name: "github", path: "/github", signature: { scheme: "github", secretNames: ["ssm:/webhook/dev/github"] } },
      { name: "stripe" },
      { name: "billing", onUnverified: "accept" },
      { name: "open", signature: { scheme: "none", secretNames: [] } },
    ]);
    expect(variables(direct, "consumer")).toMatchObject({ UNMATCHED: "reject", REJECTED_MAX_PER_MINUTE: "7" });
    expect(secretStatements(direct, "consumer")).toEqual([
      {
        Effect: "Allow",
        Action: "ssm:GetParameter",
        Resource: [`${SSM}/webhook/dev/github`, `${SSM}/webhook/dev/stripe`],
      },
      {
        Effect: "Allow",
        Action: "secretsmanager:GetSecretValue",
        Resource: [`${MANAGER}:webhook/billing-??????`, `${MANAGER}:webhook/stripe-??????`],
      },
    ]);
  });

  test("the publisher, where there is one: its verdict travels, so the consumer needs neither", () => {
    expect(JSON.parse(String(variables(lambda, "publisher").SOURCES))).toHaveLength(6);
    expect(variables(lambda, "publisher")).toMatchObject({ UNMATCHED: "reject" });
    expect(secretStatements(lambda, "publisher").map(({ Resource }) => Resource)).toEqual([
      [`${SSM}/webhook/dev/github`, `${SSM}/webhook/dev/stripe`, `${SSM}/gitlab`, `${SSM}/square`],
      [`${MANAGER}:webhook/billing-??????`, `${MANAGER}:webhook/stripe-??????`],
    ]);
    expect(variables(lambda, "consumer")).toMatchObject({ REJECTED_MAX_PER_MINUTE: "7" });
    for (const name of ["SOURCES", "UNMATCHED"]) expect(variables(lambda, "consumer")).not.toHaveProperty(name);
    expect(secretStatements(lambda, "consumer")).toEqual([]);
  });

  test("the publisher before PostgreSQL too: nothing in the VPC reads a secret", () => {
    const stack = synthesizedPostgresSink(LAMBDA);
    expect(secretStatements(stack, "publisher")).toEqual(secretStatements(lambda, "publisher"));
    const readers = resources(stack, POLICIES)
      .filter(({ properties }) => /ssm:|webhook\/stripe/.test(String(properties.policy)))
      .map(({ address }) => address);
    expect(readers).toEqual([`${POLICIES}.publisher_role-policy`]);
    expect(variables(stack, "consumer")).not.toHaveProperty("SOURCES");
    expect(variables(stack, "consumer")).toMatchObject({ REJECTED_MAX_PER_MINUTE: "7" });
  });

  test("the consumer of PostgreSQL knows unsigned sources itself, and whose paths they are", () => {
    const stack = synthesizedPostgresSink({ sources: { open: NONE }, unmatched: "reject" });
    expect(variables(stack, "consumer")).toMatchObject({
      UNMATCHED: "reject",
      SOURCES: expect.stringContaining("open"),
    });
    expect(JSON.stringify(stack)).not.toMatch(/ssm:GetParameter/);
  });

  test("by a secret's ARN, where the settings have it: the account need not be asked for", () => {
    const parameter = "arn:aws:ssm:us-east-1:123456789012:parameter/github";
    const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:github-AbCdEf";
    const secrets = [`ssm:${parameter}`, `secretsmanager:${secret}`];
    const stack = synthesized({ sources: { github: { ...GITHUB, signature: { ...GITHUB.signature, secrets } } } });
    expect(secretStatements(stack, "consumer").map(({ Resource }) => Resource)).toEqual([[parameter], [secret]]);
    expect(stack.data).not.toHaveProperty("aws_caller_identity");
  });

  test("in the partition of the region", () => {
    const china = synthesized({ region: "cn-north-1", sources: { github: GITHUB } });
    expect(secretStatements(china, "consumer")[0]?.Resource).toEqual([
      "arn:aws-cn:ssm:cn-north-1:${data.aws_caller_identity.account.account_id}:parameter/webhook/dev/github",
    ]);
  });
});

test("without sources a stack has neither variable, right nor account of them", () => {
  for (const name of ["SOURCES", "UNMATCHED"]) expect(variables(plain, "consumer")).not.toHaveProperty(name);
  expect(secretStatements(plain, "consumer")).toEqual([]);
  expect(plain.data).not.toHaveProperty("aws_caller_identity");
});

describe("what is not verified is counted by source, where its line is", () => {
  test.each([
    ["the consumer's", direct, "consumer", "rejected"],
    ["the publisher's", lambda, "publisher", "refused"],
  ])("in %s log", (_, stack, name, stage) => {
    expect(
      resources(stack, "aws_cloudwatch_log_metric_filter").map(({ properties: { "//": _, ...told } }) => told),
    ).toEqual([
      {
        name: `test-webhook-${stage}`,
        log_group_name: `\${aws_cloudwatch_log_group.${name}_log-group.name}`,
        pattern: `{ ($.stage = "${stage}") && ($.source = "*") }`,
        metric_transformation: {
          name: `test-webhook-${stage}`,
          namespace: "scalable-webhook",
          value: "1",
          dimensions: { source: "$.source" },
        },
      },
    ]);
  });

  test("and nowhere without sources", () => {
    expect(resources(plain, "aws_cloudwatch_log_metric_filter")).toEqual([]);
  });
});

test("a publisher is changed after the consumer, which has to know what it writes", () => {
  const dependsOn = (of: StackJson) => resource(of, "aws_lambda_function.publisher_function").depends_on;
  expect(dependsOn(lambda)).toEqual(["aws_lambda_function.consumer_function"]);
  expect(dependsOn(synthesizedPostgresSink({ ingress: "lambda" }))).toEqual(["aws_lambda_function.consumer_function"]);
});

describe("with direct ingress a source's headers travel", () => {
  const routes = (of: StackJson) =>
    Object.fromEntries(
      resources(of, "aws_apigatewayv2_route").map(({ properties: { route_key, target } }) => [
        String(route_key),
        /ingress_([a-z0-9-]+)/.exec(String(target))?.[1],
      ]),
    );
  const attributes = (of: StackJson, id: string) => {
    const { request_parameters } = resource(of, `aws_apigatewayv2_integration.ingress_${id}`);
    return String((request_parameters as Readonly<Record<string, Json>>).MessageAttributes);
  };

  test("in its sender's set, on its path", () => {
    const stack = synthesized({ sources: { github: { ...GITHUB, path: "/code" }, stripe: STRIPE } });
    expect(routes(stack)).toMatchObject({
      "POST /code": "send-github",
      "POST /github": "send-github",
      "POST /stripe": "send-stripe",
      "POST /stripe/{proxy+}": "send-stripe",
    });
    expect(routes(stack)).not.toHaveProperty(["POST /code/{proxy+}"]);
    expect(resources(stack, "aws_apigatewayv2_integration")).toHaveLength(
      resources(plain, "aws_apigatewayv2_integration").length,
    );
  });

  test("in a set of its own where no sender has them, each once, which the consumer is told", () => {
    expect(routes(direct)).toMatchObject({
      "POST /billing": "send-source-billing",
      "POST /billing/{proxy+}": "send-source-billing",
    });
    const sets = JSON.parse(String(variables(direct, "consumer").HEADER_SETS)) as Record<string, string[]>;
    const own = Object.entries(sets).filter(([name]) => name.startsWith("source-"));
    expect(own).toEqual([
      [
        expect.stringMatching(/^source-billing-[0-9a-f]{6}$/),
        ["content-type", "user-agent", "x-signature", "x-time", "x-id", "x-type"],
      ],
    ]);
    const [[name = ""] = []] = own;
    expect(attributes(direct, "send-source-billing")).toContain(`direct ${name} `);
    expect(attributes(direct, "send-source-billing")).toContain(
      "$${request.header.x-signature}\\n$${request.header.x-time}",
    );
  });

  test("a set of its own is sent when the consumer knows it, and not before", () => {
    const dependsOn = Object.fromEntries(
      resources(direct, "aws_apigatewayv2_integration").map(({ address, properties }) => [
        address.split("_").at(-1),
        properties.depends_on,
      ]),
    );
    expect(dependsOn["send-source-billing"]).toEqual(["aws_lambda_function.consumer_function"]);
    expect(dependsOn["send-github"]).toBeUndefined();
  });

  test("a set is called otherwise when its headers change, so that a message that waits is not misread", () => {
    const nameWith = (header: string) => {
      const changed = synthesized({ sources: { billing: { ...HMAC, identity: { header } } } });
      return /source-billing-[0-9a-f]{6}/.exec(String(variables(changed, "consumer").HEADER_SETS))?.[0];
    };
    expect(nameWith("x-id")).toBe(nameWith("X-Id"));
    expect(nameWith("x-id")).not.toBe(nameWith("x-event-id"));
  });

  test("an unsigned source without headers of its own has those of every path, whatever sender has the path by default", () => {
    const stack = synthesized({ sources: { open: { ...NONE, path: "/github/*" } } });
    expect(routes(stack)).toMatchObject({ "POST /github": "send-body", "POST /github/{proxy+}": "send-body" });
    expect(resources(stack, "aws_apigatewayv2_integration").map(({ address }) => address)).not.toContain(
      "aws_apigatewayv2_integration.ingress_send-github",
    );
  });

  test("a source of everything takes all paths from the senders that are there by default", () => {
    const stack = synthesized({ sources: { all: { ...HMAC, path: "/*" } } });
    const posts = Object.entries(routes(stack)).filter(([key]) => key.startsWith("POST"));
    expect(posts).toEqual([
      ["POST /", "send-source-all"],
      ["POST /{proxy+}", "send-source-all"],
    ]);
  });

  test("a source below a sender's path has a route of its own", () => {
    const sources = { open: { ...NONE, path: "/a/b" } };
    const stack = synthesized({ senders: { "/a": "paypal" }, sources });
    expect(routes(stack)).toMatchObject({ "POST /a/{proxy+}": "send-paypal", "POST /a/b": "send-body" });
  });
});

test("with a publisher every header travels anyway: routes are those without sources", () => {
  expect(resources(lambda, "aws_apigatewayv2_route")).toEqual(
    resources(synthesized({ ingress: "lambda" }), "aws_apigatewayv2_route"),
  );
});

describe("what is kept for a function's other variables is enough", () => {
  // Names of AWS's own that only the deployment gives: a queue's URL, a bucket's, a database's address.
  const LONGEST_REFERENCE = 128;
  const OF_SOURCES = ["SOURCES", "HEADER_SETS", "ALLOWED_CIDRS"];
  test.each([
    ["the consumer", synthesized({ table: { eventExpiryDays: 36_500 } }, "publishereverything01"), "consumer"],
    ["the publisher", synthesized({ ingress: "lambda" }, "publishereverything01"), "publisher"],
    ["the consumer of PostgreSQL", synthesizedPostgresSink({}, { environment: "publishereverything01" }), "consumer"],
  ])("of %s", (_, stack, name) => {
    const others = Object.entries(variables(stack, name)).filter(([variable]) => !OF_SOURCES.includes(variable));
    const bytes = others.reduce((sum, [variable, value]) => {
      const text = String(value);
      return sum + variable.length + (text.startsWith("$") ? LONGEST_REFERENCE : text.length);
    }, "UNMATCHEDreject".length);
    expect(bytes).toBeLessThanOrEqual(OTHER_VARIABLES_BYTES);
  });
});
