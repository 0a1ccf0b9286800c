/** What runs under something else than before. */
import type { Change } from "../plan";
import { at, same, type Value } from "../value";
import { compared, type Finding } from "./rule";

export function runtimeChanged({ before, after, type }: Change): readonly Finding[] {
  if (type !== "aws_lambda_function" || before === undefined || after === undefined) return [];
  const [was, becomes] = [at(before, "runtime"), at(after, "runtime")];
  return same(was, becomes) ? [] : [compared("The function's runtime changes.", was, becomes)];
}

const ENGINES = ["aws_db_instance", "aws_rds_cluster", "aws_opensearch_domain", "aws_elasticache_replication_group"];

/** A database's way up is one way, and takes it down meanwhile. */
export function engineChanged({ before, after, type }: Change): readonly Finding[] {
  if (!ENGINES.includes(type) || before === undefined || after === undefined) return [];
  const [was, becomes] = [at(before, "engine_version"), at(after, "engine_version")];
  const says = "The engine's major version changes: it is down meanwhile, and there is no way back.";
  return majorOf(was) === majorOf(becomes) ? [] : [compared(says, was, becomes)];
}

/** "16" of "16.4", "OpenSearch_2" of "OpenSearch_2.11". What is not known is no change. */
function majorOf(version: Value): string | undefined {
  return typeof version === "string" ? version.split(".", 1)[0] : undefined;
}

/** Attributes of a database that it restarts for (RDS User Guide, settings for DB instances). */
const RESTARTING = ["instance_class", "engine_version", "parameter_group_name", "port", "ca_cert_identifier"];

/** Without `apply_immediately` it waits for the maintenance window. */
export function restartedAtOnce({ before, after, type }: Change): readonly Finding[] {
  if (type !== "aws_db_instance" || before === undefined || after === undefined) return [];
  if (at(after, "apply_immediately") !== true) return [];
  const changed = RESTARTING.filter((name) => !same(at(before, name), at(after, name)));
  if (changed.length === 0) return [];
  return [{ says: "The database restarts with the apply, not in its maintenance window.", items: changed }];
}
