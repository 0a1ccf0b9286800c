/** Every kind of danger, the worst first: the order in which a reviewer reads them. */
import type { Plan } from "../plan";
import { budgetChanged, throttleChanged } from "./capacity";
import { anotherWayIn, openedToEverybody, wayClosed } from "./exposure";
import { alarmOff, consumerOff, functionCalled, redriveWeakened, scheduleOff } from "./flow";
import { lostData } from "./lost";
import { policyWidened } from "./policies";
import { protectionOff } from "./protections";
import { shortened } from "./retention";
import type { Danger, Rule } from "./rule";
import { lostRoute, lostUrl, ownUrlOff } from "./urls";
import { engineChanged, restartedAtOnce, runtimeChanged } from "./versions";

export const RULES: readonly Rule[] = [
  {
    id: "data-lost",
    looksFor: "a table, queue, database, key, bucket or log group (and the like) replaced or destroyed",
    find: lostData,
  },
  {
    id: "url-lost",
    looksFor: "an API, stage, domain, mapping, DNS record, function URL or load balancer replaced or destroyed",
    find: lostUrl,
  },
  { id: "own-url-off", looksFor: "an API's own URL switched off", find: ownUrlOff },
  { id: "route-lost", looksFor: "a route destroyed while its API stays", find: lostRoute },
  { id: "consumer-off", looksFor: "an event source mapping disabled or destroyed", find: consumerOff },
  {
    id: "redrive-weakened",
    looksFor: "a dead-letter queue taken off, or a lower receive count",
    find: redriveWeakened,
  },
  {
    id: "protection-off",
    looksFor:
      "encryption, TLS, IAM log-ins, deletion protection, a standby, point-in-time recovery, versioning or a public access block off",
    find: protectionOff,
  },
  {
    id: "retention-shortened",
    looksFor: "logs, messages, objects, backups or events kept for a shorter time",
    find: shortened,
  },
  {
    id: "policy-widened",
    looksFor: "a new action, principal or resource, a `*`, a Deny or condition gone, another policy attached",
    find: policyWidened,
  },
  { id: "open-to-everybody", looksFor: "a security group that lets in 0.0.0.0/0 or ::/0", find: openedToEverybody },
  { id: "way-in", looksFor: "a security group that is there and lets in somebody else", find: anotherWayIn },
  {
    id: "way-closed",
    looksFor: "a security group's rule, a route or an endpoint destroyed while its network stays",
    find: wayClosed,
  },
  { id: "throttle-changed", looksFor: "a throttle removed, lowered or 0", find: throttleChanged },
  {
    id: "budget-changed",
    looksFor: "maximum or reserved concurrency, or what decides the database's connections, up or down",
    find: budgetChanged,
  },
  { id: "runtime-changed", looksFor: "a function's runtime changed", find: runtimeChanged },
  { id: "engine-changed", looksFor: "a database engine's major version changed", find: engineChanged },
  {
    id: "restarted-at-once",
    looksFor: "a database that restarts with the apply instead of in its maintenance window",
    find: restartedAtOnce,
  },
  {
    id: "function-called",
    looksFor: "a function that the apply calls again, such as the migrations",
    find: functionCalled,
  },
  { id: "schedule-off", looksFor: "a scheduled job switched off or destroyed", find: scheduleOff },
  { id: "alarm-off", looksFor: "an alarm or a subscription destroyed, or an alarm that tells nobody", find: alarmOff },
];

/** In the order of the rules, then of the plan. */
export function dangersOf(plan: Plan): readonly Danger[] {
  return RULES.flatMap(({ id, find }) =>
    plan.changes
      .filter(({ action }) => action !== "none" && action !== "read" && action !== "move")
      .flatMap((change) => find(change, plan).map((finding) => ({ rule: id, address: change.address, ...finding }))),
  );
}
