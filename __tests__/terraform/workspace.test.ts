/** The harness itself: it must fail when Terraform does, and say it in Terraform's words. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPluginMirror } from "./plugin-mirror";
import { describeWithTerraform } from "./requirements";
import { TerraformFailed, Workspace } from "./workspace";

jest.setTimeout(120_000);

const fail = (): never => {
  throw new Error("the plan succeeded");
};

describeWithTerraform("a stack that Terraform refuses", () => {
  let stack: string;
  let workspace: Workspace;

  beforeAll(async () => {
    stack = mkdtempSync(join(tmpdir(), "webhook-stack-"));
    writeFileSync(
      join(stack, "cdk.tf.json"),
      JSON.stringify({
        terraform: { required_providers: { archive: { source: "hashicorp/archive" } } },
        data: { archive_file: { code: { type: "zip", source_file: "absent.js", output_path: "code.zip" } } },
        output: { url: { value: "${aws_nothing.at_all}" } },
      }),
    );
    // Nothing listens there: no command of this stack calls AWS.
    workspace = await Workspace.of(stack, "http://127.0.0.1:9", findPluginMirror());
    await workspace.init();
  });

  afterAll(() => {
    workspace?.remove();
    rmSync(stack, { recursive: true });
  });

  test("is invalid for a reference to what does not exist", async () => {
    const { diagnostics } = await workspace.validate();
    expect(diagnostics.map(({ summary }) => summary)).toEqual(["Reference to undeclared resource"]);
  });

  test("fails to plan with what Terraform said", async () => {
    const failure = await workspace.plan().then(fail, (error: Error) => error);
    expect(failure).toBeInstanceOf(TerraformFailed);
    expect(failure.message).toMatch(/^terraform plan failed\.\n.*Error: Reference to undeclared resource/s);
  });
});
