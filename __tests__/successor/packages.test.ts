import { join } from "node:path";
import { successorOf, synthesizers } from "./packages";

test.each([
  ["cdktf", "cdktn"],
  ["@cdktf/provider-aws", "@cdktn/provider-aws"],
  ["@cdktf/provider-aws/lib/sqs-queue", "@cdktn/provider-aws/lib/sqs-queue"],
  ["constructs", "constructs"],
  ["cdktf-cli", "cdktf-cli"],
])("the successor of %s is %s", (name, successor) => {
  expect(successorOf(name)).toBe(successor);
});

test("what synthesizes is the library and the providers", () => {
  expect(synthesizers(join(__dirname, "../.."))).toEqual(["@cdktf/provider-archive", "@cdktf/provider-aws", "cdktf"]);
});
