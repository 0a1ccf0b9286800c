import type { Change } from "../../../operate/plan-summary/plan";
import { renderSummary } from "../../../operate/plan-summary/render";
import { summarize } from "../../../operate/plan-summary/summary";
import { change, planOf, updated } from "./planned";

const render = (...changes: readonly Change[]) => renderSummary(summarize([planOf(...changes)]));

test("what is dangerous stands in front, then what is lost, then the rest folded", () => {
  const table = change({ type: "aws_dynamodb_table", action: "replace", because: ["hash_key"] });
  const runtime = { ...updated("aws_lambda_function", "runtime", "nodejs20.x", "nodejs22.x"), attributes: ["runtime"] };
  const moved = change({ type: "aws_iam_role", attributes: ["name", "tags"], movedFrom: "aws_iam_role.old" });
  const plan = {
    ...planOf(runtime, moved, table, change({ type: "aws_sqs_queue", action: "create", before: undefined })),
  };
  expect(renderSummary(summarize([{ ...plan, outputs: ["url"], drifted: ["aws_iam_role.it"] }]))).toBe(
    `<!-- plan-summary -->
## 2 dangers in 1 plan

> [!CAUTION]
> - **The table is replaced by an empty one: every item in it is lost.** \`aws_dynamodb_table.it\`
> - **The function's runtime changes.** \`aws_lambda_function.it\`: \`nodejs20.x\` → \`nodejs22.x\`

### \`webhook-test\`: 1 replaced, 2 changed, 1 created, 1 output changes

1 replaced:

- \`aws_dynamodb_table.it\`, because of \`hash_key\`

<details>
<summary>2 changed</summary>

- \`aws_lambda_function.it\`: \`runtime\`
- \`aws_iam_role.it\`, until now \`aws_iam_role.old\`: \`name\`, \`tags\`

</details>

<details>
<summary>1 created</summary>

- \`aws_sqs_queue.it\`

</details>

<details>
<summary>1 changed outside Terraform since the last apply</summary>

- \`aws_iam_role.it\`

</details>
`,
  );
});

test("nothing to do is one line a plan", () => {
  expect(render()).toBe("<!-- plan-summary -->\n## Nothing changes\n\n### `webhook-test`: nothing changes\n");
});

test("of several plans, each danger says in which it is, and a provider's major version is one", () => {
  const dev = {
    ...planOf(change({ type: "aws_sqs_queue", action: "destroy", after: undefined })),
    name: "webhook-dev",
  };
  const versions = [
    { provider: "hashicorp/aws", before: "5.100.0", after: "6.25.0", isMajor: true },
    { provider: "hashicorp/archive", before: "2.7.0", after: "2.7.1", isMajor: false },
  ];
  const text = renderSummary(summarize([dev, planOf()], versions));
  expect(text.split("\n").slice(1, 6)).toEqual([
    "## 2 dangers in 2 plans",
    "",
    "> [!CAUTION]",
    "> - **The major version of a provider changes.** `hashicorp/aws`: `5.100.0` → `6.25.0`",
    "> - **The queue is destroyed: every message in it is lost.** `webhook-dev` `aws_sqs_queue.it`",
  ]);
  expect(text).toContain("Other provider versions:\n\n- `hashicorp/archive`: `2.7.0` → `2.7.1`\n");
});

test("what says the same is one line", () => {
  const queue = (name: string) => change({ type: "aws_sqs_queue", action: "replace", address: name });
  expect(render(queue("one"), queue("two"))).toContain(
    "> - **The queue is replaced by an empty one: every message in it is lost.** `one`; `two`\n",
  );
});

test.each([
  ["markup and a mention", "**x** @everyone <b>", "`**x** @everyone <b>`"],
  ["a backtick", "a`b", "``a`b``"],
  ["backticks at the ends", "`a`", "`` `a` ``"],
  ["a line of its own", "a\n\n## Approved\r\n", "`a ## Approved`"],
  ["characters that turn the text around", "a\u202Eb\u0007c", "`a b c`"],
  ["a very long value", "x".repeat(500), `\`${"x".repeat(160)}…\``],
])("%s in a value is shown and does nothing", (_what, value, shown) => {
  const text = render(updated("aws_lambda_function", "runtime", value, "nodejs22.x"));
  expect(text).toContain(`: ${shown} → \`nodejs22.x\``);
});

test.each([
  ["changed", 5_000],
  ["destroyed", 5_000],
])("thousands %s still fit into a comment, and say how many are left out", (what, count) => {
  const many = Array.from({ length: count }, (_, index) =>
    what === "changed"
      ? change({
          type: "aws_iam_role",
          address: `module.a_rather_long_name.aws_iam_role.it[${index}]`,
          attributes: ["tags"],
        })
      : change({
          type: "aws_sqs_queue",
          action: "destroy",
          address: `module.a_rather_long_name.it[${index}]`,
          after: undefined,
        }),
  );
  const text = render(...many);
  expect(text.length).toBeLessThanOrEqual(60_000);
  expect(text).toContain("- and 4800 more");
});

test("dangers that would fill the comment are still named", () => {
  const long = (index: number) => "x".repeat(150) + index;
  const stacks = Array.from({ length: 400 }, (_, index) => ({
    ...planOf(change({ type: "aws_sqs_queue", action: "replace", address: long(index), because: [long(index)] })),
    name: long(index),
  }));
  const text = renderSummary(summarize(stacks));
  expect(text).toContain("**The queue is replaced by an empty one: every message in it is lost.**");
  expect(text.length).toBeLessThanOrEqual(60_000);
});

test("a plan that Terraform could not finish, and a stack that is destroyed, are dangers themselves", () => {
  const gone = ["one", "two"].map((address) =>
    change({ type: "aws_iam_role", action: "destroy", address, after: undefined }),
  );
  expect(render(...gone)).toContain("> - **The whole stack is destroyed: each of its 2 resources.**\n");
  expect(renderSummary(summarize([{ ...planOf(), hasErrors: true }]))).toContain(
    "> - **Terraform met an error: the plan lacks what comes after it.**\n",
  );
});
