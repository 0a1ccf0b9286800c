/** What keeps events going, and tells somebody when they do not. */
import type { Change } from "../plan";
import { at, list, same, type Value } from "../value";
import { compared, type Finding } from "./rule";

export function consumerOff({ before, after, type, action }: Change): readonly Finding[] {
  if (type !== "aws_lambda_event_source_mapping") return [];
  const waits = "Events wait in the queue, and are deleted when its retention is over.";
  if (action === "destroy")
    return [{ says: `The event source mapping is destroyed: nothing is consumed any more. ${waits}` }];
  if (before === undefined || at(before, "enabled") === false || at(after, "enabled") !== false) return [];
  return [{ says: `The event source mapping is disabled: nothing is consumed any more. ${waits}` }];
}

interface Redrive {
  readonly maxReceiveCount: Value;
}

/** What fails each time has to end somewhere where somebody sees it. */
export function redriveWeakened({ before, after, type }: Change): readonly Finding[] {
  if (type !== "aws_sqs_queue" || before === undefined || after === undefined) return [];
  const [was, becomes] = [redriveOf(before), redriveOf(after)];
  if (was === undefined) return [];
  if (becomes === undefined) {
    const text = at(after, "redrive_policy");
    // Known only after the apply: the queue that it names is told of, if it is replaced.
    if (typeof text === "symbol") return [];
    return [
      { says: "The dead-letter queue is taken off: an event that fails each time is tried until it is deleted." },
    ];
  }
  const lowered = Number(becomes.maxReceiveCount) < Number(was.maxReceiveCount);
  const says = "An event may fail less often before it goes to the dead-letter queue: a shorter outage is survived.";
  return lowered ? [compared(says, was.maxReceiveCount, becomes.maxReceiveCount)] : [];
}

function redriveOf(queue: Value): Redrive | undefined {
  const text = at(queue, "redrive_policy");
  if (typeof text !== "string" || text === "") return undefined;
  try {
    const { maxReceiveCount } = JSON.parse(text) as { maxReceiveCount?: unknown };
    return maxReceiveCount === undefined ? undefined : { maxReceiveCount: Number(maxReceiveCount) };
  } catch {
    return undefined;
  }
}

export function alarmOff({ before, after, type, action }: Change): readonly Finding[] {
  if (type === "aws_sns_topic_subscription" && action === "destroy") {
    return [{ says: "A subscription is destroyed: its receiver hears of no alarm any more." }];
  }
  if (type !== "aws_cloudwatch_metric_alarm") return [];
  if (action === "destroy") return [{ says: "An alarm is destroyed: nobody is told any more." }];
  if (before === undefined || after === undefined) return [];
  const isHeard = (side: Value) => at(side, "actions_enabled") !== false && told(side);
  return isHeard(before) && !isHeard(after) ? [{ says: "An alarm tells nobody any more." }] : [];
}

function told(alarm: Value): boolean {
  const actions = at(alarm, "alarm_actions");
  return typeof actions === "symbol" || list(actions).length > 0;
}

/** Of EventBridge, by a rule or a schedule: both say ENABLED. */
export function scheduleOff({ before, after, type, action }: Change): readonly Finding[] {
  if (type !== "aws_cloudwatch_event_rule" && type !== "aws_scheduler_schedule") return [];
  const stops = "what it started, such as a job that deletes what has expired, is started no more.";
  if (action === "destroy") return [{ says: `A schedule is destroyed: ${stops}` }];
  if (before === undefined || at(after, "state") !== "DISABLED" || at(before, "state") === "DISABLED") return [];
  return [{ says: `A schedule is switched off: ${stops}` }];
}

/** An apply that calls a function does what that function does; a first call comes with what it belongs to. */
export function functionCalled({ before, after, type }: Change): readonly Finding[] {
  if (type !== "aws_lambda_invocation" || before === undefined || after === undefined) return [];
  const says =
    "The apply calls a function. Here that is the database's migrations: read the SQL that comes with the plan.";
  const [was, becomes] = [at(before, "input"), at(after, "input")];
  return [same(was, becomes) ? { says } : compared(says, was, becomes)];
}
