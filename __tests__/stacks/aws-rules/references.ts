import { resource } from "../synthesized";
import type { AwsRule } from "./rule";

export const REFERENCE_RULES: readonly AwsRule[] = [
  {
    name: "whatever is referred to exists",
    source: "Terraform language, references to named values",
    problems: (stack) => {
      const known = new Set(
        Object.entries(stack.resource).flatMap(([type, names]) => Object.keys(names).map((name) => `${type}.${name}`)),
      );
      for (const [type, names] of Object.entries(stack.data)) {
        for (const name of Object.keys(names)) known.add(`data.${type}.${name}`);
      }
      // Not behind a second dollar: there the brace is API Gateway's.
      const text = JSON.stringify([stack.resource, stack.data, stack.output]);
      const used = [
        ...text.matchAll(
          /(?<!\$)\$\{((?:data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+)\.[a-z0-9_]+(?:\[\d\](?:\.[a-z0-9_]+)?)?\}/g,
        ),
      ].map(([, address = ""]) => address);
      const malformed = [
        ...text.matchAll(
          /(?<!\$)\$\{(?!(?:data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+\.[a-z0-9_]+(?:\[\d\](?:\.[a-z0-9_]+)?)?\})[^}]*\}?/g,
        ),
      ];
      return [
        ...[...new Set(used)].filter((address) => !known.has(address)).map((address) => `there is no ${address}`),
        ...malformed.map(([expression]) => `${expression} is no reference that the stacks use`),
      ];
    },
    breakIt: (stack) => {
      resource(stack, "aws_lambda_function.consumer_function").role = "${aws_iam_role.gone.arn}";
      resource(stack, "aws_lambda_function.consumer_function").description = "for ${context.path}";
    },
    found: ["there is no aws_iam_role.gone", "${context.path} is no reference that the stacks use"],
  },
];
