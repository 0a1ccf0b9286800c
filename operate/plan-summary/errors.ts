/** Every message that somebody gets who hands over what is no plan. Usage faults: no stack trace. */
import { type MessageParts, messageOf, UsageError } from "../usage-error";

/**
 * Not the 2 of other commands: with --fail-on-danger that one says that a plan is dangerous, and a pipeline must be
 * able to tell a dangerous plan from a file that it passed wrongly. 64 is EX_USAGE of sysexits.h.
 */
export const USAGE_EXIT_CODE = 64;

export const PLAN_ERROR_CODES = [
  "PLAN_UNREADABLE",
  "PLAN_EMPTY",
  "PLAN_BINARY",
  "PLAN_NOT_JSON",
  "PLAN_LOG",
  "PLAN_STATE",
  "PLAN_NOT_A_PLAN",
  "PLAN_FORMAT_VERSION",
  "PLAN_MALFORMED",
  "LOCK_UNREADABLE",
  "LOCK_ALONE",
] as const;
export type PlanErrorCode = (typeof PLAN_ERROR_CODES)[number];

export class PlanError extends UsageError {
  override readonly name = "PlanError";
  readonly exitCode = USAGE_EXIT_CODE;
}

const planError = (code: PlanErrorCode, parts: MessageParts): PlanError =>
  new PlanError(code, messageOf(code, parts), parts);

const READS = "plan-summary reads what terraform show -json prints of a saved plan.";
const MAKE_ONE = "terraform plan -out=PLAN && terraform show -json PLAN > PLAN.json";

/** One error that says what every one of several says. @param errors at least one */
export function together(errors: readonly PlanError[]): PlanError {
  const [first] = errors;
  if (first === undefined) throw new Error("there is no error to tell");
  return errors.length === 1 ? first : new PlanError(first.code, errors.map(({ message }) => message).join("\n\n"));
}

export const unreadable = (file: string, cause: unknown): PlanError =>
  planError("PLAN_UNREADABLE", {
    what: `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    rule: READS,
    remedy: "Check the path.",
    cause,
  });

export const empty = (file: string): PlanError =>
  planError("PLAN_EMPTY", {
    what: `${file} is empty`,
    rule: `${READS} An empty file is usually what a failed terraform show leaves behind.`,
    remedy: "See what terraform show said, and run it again.",
  });

export const binary = (file: string): PlanError =>
  planError("PLAN_BINARY", {
    what: `${file} is the saved plan itself, which only Terraform can read`,
    rule: READS,
    remedy: `In the folder of the stack: terraform show -json ${file} > ${file}.json`,
  });

export const notJson = (file: string, cause: unknown): PlanError =>
  planError("PLAN_NOT_JSON", {
    what: `${file} is not JSON: ${cause instanceof Error ? firstLine(cause.message) : String(cause)}`,
    rule: `${READS} A wrapper around terraform may have printed lines of its own into it.`,
    remedy: MAKE_ONE,
    cause,
  });

export const log = (file: string): PlanError =>
  planError("PLAN_LOG", {
    what: `${file} is the log of terraform plan -json, a line a message`,
    rule: READS,
    remedy: MAKE_ONE,
  });

export const state = (file: string): PlanError =>
  planError("PLAN_STATE", {
    what: `${file} is a state and not a plan`,
    rule: "terraform show -json without a file shows the state.",
    remedy: MAKE_ONE,
  });

export const notAPlan = (file: string): PlanError =>
  planError("PLAN_NOT_A_PLAN", {
    what: `${file} is JSON, but no plan`,
    rule: `${READS} It has format_version, and planned_values or resource_changes.`,
    remedy: MAKE_ONE,
  });

export const formatVersion = (file: string, version: string, supported: number): PlanError =>
  planError("PLAN_FORMAT_VERSION", {
    what: `${file} has the format version "${version}"; plan-summary reads ${supported}.x`,
    rule: "Another major version may say the same by other names (Terraform, JSON Output Format, format version).",
    remedy: "Update this project, or plan with a Terraform that writes the version it reads (1.1 to 1.x).",
  });

export const malformed = (file: string, problem: string): PlanError =>
  planError("PLAN_MALFORMED", {
    what: `${file} is not as Terraform writes a plan: ${problem}`,
    rule: "Terraform, JSON Output Format, plan representation.",
    remedy: "Make it again, without anything that edits it.",
  });

export const lockUnreadable = (file: string): PlanError =>
  planError("LOCK_UNREADABLE", {
    what: `${file} locks no provider`,
    rule: "A lock file is .terraform.lock.hcl, as terraform init writes it.",
    remedy: "Check the path; of another commit: git show COMMIT:.terraform.lock.hcl > before.lock.hcl",
  });

export const lockAlone = (): PlanError =>
  planError("LOCK_ALONE", {
    what: "Only one of --lock-before and --lock-after is given",
    rule: "A plan does not say by which provider it was made: two lock files are compared.",
    remedy: "Give both, or none.",
  });

const firstLine = (text: string) => text.split("\n", 1)[0] ?? "";
