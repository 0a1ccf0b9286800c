/** The rules between settings. Pure. */
import { concurrencyRules } from "./concurrency-rules";
import { batchRules, consumersOf } from "./consumer-settings";
import { domainRules } from "./domain-settings";
import type { BrokenRule } from "./errors";
import { expiryRules } from "./expiry-rules";
import { ingressRules } from "./ingress-rules";
import { postgresRules } from "./postgres-rules";
import { queueRules } from "./queue-rules";
import type { Settings } from "./settings";
import { sourceRules } from "./source-rules";
import { stateRules } from "./state-settings";

/**
 * Every rule between settings that does not hold. Durations are in the settings' own units.
 * @param given the sections that stand in environments.ts, apart from those that have their defaults only
 */
export function brokenRules(settings: Settings, given: ReadonlySet<string>): BrokenRule[] {
  return [
    ...consumersOf(settings).flatMap(batchRules),
    ...concurrencyRules(settings),
    ...queueRules(settings),
    ...expiryRules(settings),
    ...alarmRules(settings.alarms),
    ...ingressRules(settings, given),
    ...sourceRules(settings, given),
    ...domainRules(settings),
    ...stateRules(settings),
    ...postgresRules(settings),
  ];
}

function alarmRules(alarms: Settings["alarms"]): BrokenRule[] {
  if (alarms === undefined) return [];
  const given = [alarms.topicArn, alarms.email].filter((destination) => destination !== undefined).length;
  if (given === 1) return [];
  return [
    {
      path: "alarms",
      involves: ["alarms"],
      value: given === 0 ? "without a destination" : "given both topicArn and email",
      rule: "it takes exactly one of topicArn and email",
      source: "stacks/settings.ts",
      remedy: given === 0 ? "Set one, or leave out alarms." : "Keep one; a topic can have any number of subscriptions.",
      code: "ALARM_DESTINATION",
    },
  ];
}
