import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalRunError } from "../../local/errors";
import { RESOURCE_TYPES } from "../../local/resource-types";
import { readTemplate } from "../../local/template";
import { ORIGINS, templateOf, temporaryFolder, writeStack } from "./written-stack";

const queue = (more: object = {}) => ({ name: "dev-events", ...more });
const resources = (resource: object, more: object = {}) => ({ resource, ...more });

describe("a stack that can be played", () => {
  test("has its references resolved, in order of need and not of writing", () => {
    const template = templateOf(
      resources({
        aws_sqs_queue: {
          events: queue({ redrive_policy: '{"deadLetterTargetArn":"${aws_sqs_queue.dead.arn}","maxReceiveCount":5}' }),
          dead: queue({ name: "${aws_sqs_queue.events.name}-dead-letter" }),
        },
      }),
    );
    expect(template.resource("aws_sqs_queue.events").properties).toEqual({
      name: "dev-events",
      redrive_policy:
        '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dev-events-dead-letter","maxReceiveCount":5}',
    });
  });

  test.each([
    ["aws_sqs_queue", { name: "q" }, "url", "http://127.0.0.1:1/000000000000/q"],
    ["aws_sqs_queue", { name: "q" }, "id", "http://127.0.0.1:1/000000000000/q"],
    ["aws_sqs_queue", { name: "q" }, "arn", "arn:aws:sqs:us-east-1:000000000000:q"],
    ["aws_dynamodb_table", { name: "t" }, "arn", "arn:aws:dynamodb:us-east-1:000000000000:table/t"],
    ["aws_iam_role", { name: "r" }, "arn", "arn:aws:iam::000000000000:role/r"],
    ["aws_lambda_function", { function_name: "f" }, "arn", "arn:aws:lambda:us-east-1:000000000000:function:f"],
    ["aws_apigatewayv2_api", { name: "a" }, "api_endpoint", "http://127.0.0.1:2"],
    ["aws_cloudwatch_log_group", { name: "/l" }, "arn", "arn:aws:logs:us-east-1:000000000000:log-group:/l"],
    ["aws_s3_bucket", { bucket: "b" }, "arn", "arn:aws:s3:::b"],
    ["aws_s3_bucket", { bucket_prefix: "b-" }, "bucket", "b-20000101000000000000000001"],
    ["aws_s3_bucket", { bucket_prefix: "b-" }, "id", "b-20000101000000000000000001"],
    ["aws_sns_topic", { name: "n" }, "arn", "arn:aws:sns:us-east-1:000000000000:n"],
  ])("computes what AWS would: %s %j has the %s %s", (type, written, attribute, value) => {
    const template = templateOf(
      resources({ [type]: { x: written } }, { output: { it: { value: `\${${type}.x.${attribute}}` } } }),
    );
    expect(template.outputs.it).toBe(value);
    expect(template.resource(`${type}.x`).attribute(attribute)).toBe(value);
  });

  test("computes what AWS would inside of a block that the stack writes", () => {
    const written = { domain_name: "hooks.example.com", domain_name_configuration: { endpoint_type: "REGIONAL" } };
    const target = "${aws_apigatewayv2_domain_name.n.domain_name_configuration[0].target_domain_name}";
    const template = templateOf(
      resources({ aws_apigatewayv2_domain_name: { n: written } }, { output: { target: { value: target } } }),
    );
    expect(template.outputs.target).toMatch(/^d-[0-9a-f]{10}\.execute-api\.us-east-1\.amazonaws\.com$/);
  });

  test("gives every API, integration and route an id of its own, the same on every run", () => {
    const stack = resources({ aws_apigatewayv2_integration: { a: {}, b: {} } });
    const ids = () =>
      templateOf(stack)
        .resources("aws_apigatewayv2_integration")
        .map((integration) => integration.attribute("id"));
    expect(new Set(ids()).size).toBe(2);
    expect(ids()).toEqual(ids());
  });

  test("has locals, variables with a default, data sources and the module's path", () => {
    const template = templateOf({
      locals: { prefix: "${var.stage}-webhook" },
      variable: { stage: { default: "dev", type: "string" } },
      data: { aws_caller_identity: { me: {} } },
      output: {
        all: { value: "${local.prefix} ${data.aws_caller_identity.me.account_id} ${path.module}" },
      },
    });
    expect(template.outputs.all).toBe("dev-webhook 000000000000 .");
  });

  test("keeps API Gateway's own interpolation apart from Terraform's", () => {
    const template = templateOf(
      resources({ aws_apigatewayv2_integration: { i: { request_parameters: { MessageBody: "$${context.path}" } } } }),
    );
    expect(template.resource("aws_apigatewayv2_integration.i").properties.request_parameters).toEqual({
      MessageBody: "${context.path}",
    });
  });

  test("leaves out Terraform's own arguments, tags and descriptions without a word", () => {
    const written = queue({
      depends_on: ["aws_sqs_queue.b"],
      lifecycle: {},
      provider: "aws",
      "//": {},
      tags: { a: "b" },
    });
    const template = templateOf(resources({ aws_sqs_queue: { a: written } }));
    expect(template.resource("aws_sqs_queue.a").properties).toEqual({ name: "dev-events", tags: { a: "b" } });
    expect(template.notPlayed).toEqual([]);
  });

  test("says of each type and argument without an effect why, once", () => {
    const template = templateOf(
      resources({
        aws_sqs_queue: { a: queue({ sqs_managed_sse_enabled: true }), b: queue({ sqs_managed_sse_enabled: true }) },
        aws_sns_topic: { alerts: { name: "alerts", whatever: 1 } },
        aws_dynamodb_table: { t: { name: "t", ttl: { attribute_name: "x", enabled: true } } },
      }),
    );
    expect(template.notPlayed).toEqual([
      "aws_sqs_queue sqs_managed_sse_enabled (2): nothing is kept at rest here",
      "aws_sns_topic: it carries alarms only",
      "aws_dynamodb_table ttl.attribute_name: AWS deletes expired items within days, here nothing runs for days",
      "aws_dynamodb_table ttl.enabled: AWS deletes expired items within days, here nothing runs for days",
    ]);
  });

  test("takes the stack's name from the metadata, else from the folder", () => {
    expect(templateOf({ "//": { metadata: { stackName: "webhook-dev" } } }).stackName).toBe("webhook-dev");
    const folder = writeStack({});
    expect(readTemplate(folder, ORIGINS).stackName).toBe(folder.split("/").at(-1));
  });

  test("the hash of a bundle changes with the bundle, and only with it", () => {
    const folder = writeStack({
      data: { archive_file: { code: { type: "zip", source_file: "code/index.js", output_path: "code.zip" } } },
      output: { hash: { value: "${data.archive_file.code.output_base64sha256}" } },
    });
    mkdirSync(join(folder, "code"));
    const hashOf = (code: string) => {
      writeFileSync(join(folder, "code/index.js"), code);
      return readTemplate(folder, ORIGINS).outputs.hash;
    };
    expect(hashOf("one")).toBe(hashOf("one"));
    expect(hashOf("one")).not.toBe(hashOf("two"));
  });
});

/** The message as it is printed, with the spaces before the code taken together. */
const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof LocalRunError) return error.message.replace(/ +\[/, " [");
    throw error;
  }
  throw new Error("it did not throw");
};

describe("a stack that cannot be played is named", () => {
  test("never synthesized", () => {
    const folder = temporaryFolder();
    expect(messageOf(() => readTemplate(folder, ORIGINS))).toBe(
      [
        `There is no synthesized stack at ${folder}/cdk.tf.json`,
        "  The local run plays what would be deployed: the Terraform JSON that the synthesis writes.",
        "  Run npm run synth first. [LOCAL_STACK_MISSING]",
      ].join("\n"),
    );
  });

  test.each([
    ["[]", "it holds no JSON object"],
    ['{"resource":[]}', '"resource" is not an object'],
    ['{"resource":{"aws_sqs_queue":{"a":1}}}', '"a" is not an object'],
  ])("corrupt: %s", (content, why) => {
    const folder = writeStack(content);
    expect(messageOf(() => readTemplate(folder, ORIGINS))).toBe(
      [
        `${folder}/cdk.tf.json is not a synthesized stack: ${why}`,
        "  Run npm run synth, which writes it anew. [LOCAL_STACK_CORRUPT]",
      ].join("\n"),
    );
  });

  test("cut off in the middle", () => {
    expect(messageOf(() => templateOf('{"resource":'))).toContain("is not a synthesized stack: Unexpected end of JSON");
  });

  test("a resource type", () => {
    expect(messageOf(() => templateOf(resources({ aws_kinesis_stream: { s: {} } })))).toBe(
      [
        "cdk.tf.json has a resource that the local run cannot play: aws_kinesis_stream.s",
        `  It knows: ${Object.keys(RESOURCE_TYPES).join(", ")}`,
        "  Leave it out of this environment, or add its type to local/resource-types.ts. [LOCAL_RESOURCE_UNKNOWN]",
      ].join("\n"),
    );
  });

  test.each([
    ["an argument", { aws_sqs_queue: { q: queue({ fifo_queue: true }) } }, "aws_sqs_queue.q sets fifo_queue"],
    [
      "an argument inside a block",
      { aws_lambda_event_source_mapping: { m: { scaling_config: { minimum: 1 } } } },
      "aws_lambda_event_source_mapping.m sets scaling_config.minimum",
    ],
    [
      "an argument inside one of several blocks",
      { aws_dynamodb_table: { t: { ttl: [{ enabled: true }, { on: 1 }] } } },
      "aws_dynamodb_table.t sets ttl.on",
    ],
    ["a count", { aws_sqs_queue: { q: queue({ count: 2 }) } }, "aws_sqs_queue.q sets count"],
    [
      "a filter",
      { aws_lambda_event_source_mapping: { m: { filter_criteria: {} } } },
      "aws_lambda_event_source_mapping.m sets filter_criteria",
    ],
  ])("%s", (_, written, what) => {
    const message = messageOf(() => templateOf(resources(written)));
    expect(message.split("\n")[0]).toBe(`${what}, which the local run does not know`);
    expect(message).toMatch(/ \[LOCAL_PROPERTY_UNKNOWN]$/);
  });

  test.each([
    [
      "something undeclared",
      "${aws_sqs_queue.none.arn}",
      "aws_sqs_queue.none.arn is nothing that the stack declares (or a variable without a default)",
    ],
    [
      "a variable without a default",
      "${var.stage}",
      "var.stage is nothing that the stack declares (or a variable without a default)",
    ],
    [
      "an attribute that is not computed",
      "${aws_sqs_queue.q.owner}",
      "aws_sqs_queue.q does not set owner, and the local run does not compute it",
    ],
    ["a function", "${uuid()}", expect.stringMatching(/^the function uuid is not known; known are jsonencode, /)],
  ])("a reference to %s", (_, written, why) => {
    const [what, rule] = messageOf(() =>
      templateOf(resources({ aws_sqs_queue: { q: queue({ delay_seconds: written }) } })),
    ).split("\n");
    expect(what).toBe(`aws_sqs_queue.q.delay_seconds has an expression that the local run cannot resolve: ${written}`);
    expect(rule?.trim()).toEqual(why);
  });

  test("a circle", () => {
    const circle = { a: queue({ name: "${aws_sqs_queue.b.arn}" }), b: queue({ name: "${local.c}" }) };
    expect(
      messageOf(() => templateOf({ locals: { c: "${aws_sqs_queue.a.url}" }, resource: { aws_sqs_queue: circle } })),
    ).toBe(
      [
        "These refer to each other in a circle: aws_sqs_queue.a.name -> aws_sqs_queue.b.arn -> aws_sqs_queue.b.name -> local.c -> aws_sqs_queue.a.url -> aws_sqs_queue.a.name",
        "  Terraform could not order them either.",
        "  Break the circle in the stack. [LOCAL_EXPRESSION_CYCLE]",
      ].join("\n"),
    );
  });

  test("a bundle that is not there", () => {
    const folder = writeStack({
      data: { archive_file: { code: { type: "zip", source_file: "code/index.js", output_path: "code.zip" } } },
      output: { hash: { value: "${data.archive_file.code.output_base64sha256}" } },
    });
    expect(messageOf(() => readTemplate(folder, ORIGINS))).toBe(
      [
        `data.archive_file.code packs ${folder}/code/index.js, which cannot be read`,
        "  Run npm run synth, which builds the bundle and puts it there. [LOCAL_BUNDLE_MISSING]",
      ].join("\n"),
    );
  });

  test("a name that AWS would make up, where something refers to it", () => {
    const stack = resources({ aws_sqs_queue: { q: {} } }, { output: { arn: { value: "${aws_sqs_queue.q.arn}" } } });
    expect(messageOf(() => templateOf(stack)).split("\n")[0]).toBe(
      "aws_sqs_queue.q has no name, which the local run needs",
    );
  });

  test("a resource that is asked for and not there", () => {
    const template = templateOf(resources({ aws_sqs_queue: { a: queue(), b: queue() } }));
    expect(messageOf(() => template.resource("aws_sqs_queue.c"))).toBe(
      [
        "The stack has no aws_sqs_queue.c",
        "  It has: aws_sqs_queue.a, aws_sqs_queue.b",
        "  Run npm run synth if the stack has changed. [LOCAL_RESOURCE_MISSING]",
      ].join("\n"),
    );
  });
});

describe("what this project synthesizes", () => {
  const main = join(__dirname, "../../dist/main.cjs");

  test.each([
    ["dev", "direct"],
    ["dev", "lambda"],
    ["production", "direct"],
    ["production", "lambda"],
  ])("%s with %s ingress can be played, and no expression is left in it", (environment, ingress) => {
    const folder = temporaryFolder();
    const { status, stderr } = spawnSync(process.execPath, [main, "--ingress", ingress], {
      cwd: folder,
      env: { ...process.env, WEBHOOK_ENVIRONMENT: environment },
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const template = readTemplate(
      join(folder, "cdktf.out", `local-${ingress}`, "stacks", `webhook-${environment}`),
      ORIGINS,
    );
    expect(template.stackName).toBe(`webhook-${environment}`);
    for (const type of Object.keys(RESOURCE_TYPES).filter((type) => type !== "aws_apigatewayv2_integration")) {
      expect(JSON.stringify(template.resources(type).map(({ properties }) => properties))).not.toContain("${");
    }
    expect(template.outputs.url).toBe(ORIGINS.api);
  });
});
