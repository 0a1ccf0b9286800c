/** The invocations that an apply makes (aws_lambda_invocation): once everything stands, in the order of the file. */
import { jsonObject, text } from "./arguments";
import { invocationFailed } from "./errors";
import type { LambdaService } from "./lambda-service";
import type { Template } from "./template";

/** @throws LocalRunError with the function's own message, as the apply would fail with it */
export async function invokeAsApplied(template: Template, lambda: LambdaService): Promise<void> {
  for (const invocation of template.resources("aws_lambda_invocation")) {
    // A name or an ARN: the last part of either is the name.
    const functionName = text(invocation, "function_name").split(":").at(-1) ?? "";
    const outcome = await lambda.invoke({ functionName, event: jsonObject(invocation, "input") ?? {} });
    if (outcome.kind === "failed") throw invocationFailed(invocation.address, functionName, outcome.reason);
    if (outcome.kind === "throttled") throw invocationFailed(invocation.address, functionName, "it was throttled");
  }
}
