import { databaseUserArn, functionArn, parameterArn, partitionOf, secretArn } from "../../stacks/arn";

test.each([
  ["eu-central-1", "aws"],
  ["cn-north-1", "aws-cn"],
  ["us-gov-west-1", "aws-us-gov"],
  ["us-east-1", "aws"],
] as const)("%s is in the partition %s", (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});

test("a user of a database is named by the server's resource id, and not by its name", () => {
  const account = { region: "eu-central-1", accountId: "123456789012" };
  expect(databaseUserArn(account, "db-ABC", "someone")).toBe(
    "arn:aws:rds-db:eu-central-1:123456789012:dbuser:db-ABC/someone",
  );
});

test.each([
  ["github", "parameter/github"],
  ["/webhook/github", "parameter/webhook/github"],
])("a parameter's slash at the beginning is not doubled: %s", (name, end) => {
  expect(parameterArn({ region: "us-gov-west-1", accountId: "123456789012" }, name)).toBe(
    `arn:aws-us-gov:ssm:us-gov-west-1:123456789012:${end}`,
  );
});

test("a secret is named up to the six characters that only Secrets Manager knows", () => {
  expect(secretArn({ region: "eu-central-1", accountId: "123456789012" }, "webhook/github")).toBe(
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:webhook/github-??????",
  );
});

test("a function is named by region, account and name", () => {
  expect(functionArn({ region: "cn-north-1", accountId: "123456789012" }, "dev-it")).toBe(
    "arn:aws-cn:lambda:cn-north-1:123456789012:function:dev-it",
  );
});
