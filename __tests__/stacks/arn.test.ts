import { databaseUserArn, functionArn, partitionOf } from "../../stacks/arn";

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

test("a function is named by region, account and name", () => {
  expect(functionArn({ region: "cn-north-1", accountId: "123456789012" }, "dev-it")).toBe(
    "arn:aws-cn:lambda:cn-north-1:123456789012:function:dev-it",
  );
});
