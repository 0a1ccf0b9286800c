import { resource, resources } from "../synthesized";
import { type AwsRule, named, num, referred, str } from "./rule";

const RULE = "aws_cloudwatch_event_rule.retention_schedule";
const TARGET = "aws_cloudwatch_event_target.retention_target";
const START = "aws_lambda_function.migrations_start_function";

/** A value of 1 takes the singular, any other the plural. */
const RATE = /^rate\((?:1 (?:minute|hour|day)|(?!1 )[1-9]\d* (?:minutes|hours|days))\)$/;

export const SCHEDULE_RULES: readonly AwsRule[] = [
  {
    name: "a schedule's rate and name are written as EventBridge reads them",
    source: "EventBridge User Guide, rate expressions; EventBridge API, PutRule",
    breaks: "postgres",
    problems: (stack) =>
      resources(stack, "aws_cloudwatch_event_rule").flatMap((rule) => [
        ...named(rule, "name", /^[.\-_A-Za-z0-9]{1,64}$/),
        ...named(rule, "schedule_expression", RATE),
      ]),
    breakIt: (stack) => {
      Object.assign(resource(stack, RULE), { name: "a b", schedule_expression: "rate(1 hours)" });
    },
    found: [
      `${RULE}: name is "a b", not ^[.\\-_A-Za-z0-9]{1,64}$`,
      `${RULE}: schedule_expression is "rate(1 hours)", not ${RATE.source}`,
    ],
  },
  {
    name: "the function lets its schedule call it",
    source: "EventBridge User Guide, resource-based policies: Lambda permissions",
    breaks: "postgres",
    problems: (stack) =>
      resources(stack, "aws_cloudwatch_event_target").flatMap(({ address, properties }) =>
        resources(stack, "aws_lambda_permission").some(
          ({ properties: permission }) =>
            permission.principal === "events.amazonaws.com" &&
            permission.action === "lambda:InvokeFunction" &&
            referred(permission.function_name) === referred(properties.arn) &&
            referred(permission.source_arn) === referred(properties.rule),
        )
          ? []
          : [`${address}: may not call ${referred(properties.arn)}`],
      ),
    breakIt: (stack) => {
      resource(stack, "aws_lambda_permission.retention_permission").principal = "scheduler.amazonaws.com";
    },
    found: [`${TARGET}: may not call aws_lambda_function.retention_function`],
  },
  {
    name: "whoever waits for a function waits longer than it runs",
    source: "Lambda API, Invoke, RequestResponse: the caller waits for the answer; Lambda quotas, function timeout",
    breaks: "postgres",
    problems: (stack) =>
      resources(stack, "aws_lambda_function").flatMap(({ address, properties }) => {
        const text = JSON.stringify(properties.environment);
        return resources(stack, "aws_lambda_function")
          .filter((called) => text.includes(`\${${called.address}.function_name}`))
          .filter((called) => num(called.properties.timeout, 3) >= num(properties.timeout, 3))
          .map((called) => `${address}: ends before ${called.address} does`);
      }),
    breakIt: (stack) => {
      resource(stack, START).timeout = 300;
    },
    found: [`${START}: ends before aws_lambda_function.migrations_migrate_function does`],
  },
  {
    name: "what Terraform sends to a function has no secret in it, since its state keeps that",
    source: "AWS provider, aws_lambda_invocation: input and result are in the state as they are",
    breaks: "postgres",
    problems: (stack) =>
      resources(stack, "aws_lambda_invocation")
        .filter(({ properties }) => !/^\{"migrations":"[0-9a-f]{64}"\}$/.test(str(properties.input)))
        .map(({ address }) => `${address}: sends more than a hash`),
    breakIt: (stack) => {
      resource(stack, "aws_lambda_invocation.migrations_invocation").input = '{"password":"x"}';
    },
    found: ["aws_lambda_invocation.migrations_invocation: sends more than a hash"],
  },
];
