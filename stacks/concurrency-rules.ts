/** What may run at once, against what the account allows. Pure. */
import { reservableConcurrency } from "./capacity";
import type { BrokenRule } from "./errors";
import * as limits from "./limits";
import type { Settings } from "./settings";

export function concurrencyRules(settings: Settings): BrokenRule[] {
  return [...consumerRules(settings), ...roomRules(settings), ...reservationRules(settings)];
}

/** The consumer's maximum against its own reservation. */
function consumerRules({ consumer }: Settings): BrokenRule[] {
  const { maximumConcurrency: maximum, reservedConcurrency: reserved } = consumer;
  const broken: BrokenRule[] = [];
  if (maximum < limits.MAPPING_MAXIMUM_CONCURRENCY.min && reserved !== maximum) {
    broken.push({
      path: "consumer.maximumConcurrency",
      involves: ["consumer.maximumConcurrency", "consumer.reservedConcurrency"],
      value: `${maximum}`,
      rule: "an event source mapping takes 2 or more; one at a time exists only through reserved concurrency, where an invocation too many is thrown away and costs its messages a receive",
      source: limits.MAPPING_MAXIMUM_CONCURRENCY.source,
      remedy: "Set it to 2 or more, or set consumer.reservedConcurrency to 1 as well.",
      code: "MAXIMUM_CONCURRENCY_ONE",
    });
  }
  if (reserved !== undefined && reserved < maximum) {
    broken.push({
      path: "consumer.reservedConcurrency",
      involves: ["consumer.maximumConcurrency", "consumer.reservedConcurrency"],
      value: `${reserved}`,
      rule: `it is below maximumConcurrency ${maximum}, so invocations would be thrown away and good messages end in the dead-letter queue`,
      source: "Lambda Developer Guide, maximum concurrency for SQS event sources",
      remedy: `Set it to ${maximum} or more, lower maximumConcurrency, or leave it out.`,
      code: "RESERVED_BELOW_MAXIMUM",
    });
  }
  return broken;
}

const ASK_FOR_MORE = "ask AWS for more and say so in account.lambdaConcurrency.";

/** The consumer's maximum against what the account runs, less what the publisher keeps for itself or needs at least. */
function roomRules({ consumer, publisher, ingress, account }: Settings): BrokenRule[] {
  const { lambdaConcurrency } = account;
  const kept = Math.min(publisher.reservedConcurrency ?? 0, reservableConcurrency(lambdaConcurrency));
  const forPublisher = ingress === "lambda" ? Math.max(kept, 1) : 0;
  const room = lambdaConcurrency - forPublisher;
  if (consumer.maximumConcurrency <= room) return [];
  const share =
    forPublisher === 0
      ? ""
      : kept > 0
        ? `, ${kept} of them for the publisher only (publisher.reservedConcurrency)`
        : ", and a publisher without any answers 5xx";
  return [
    {
      path: "consumer.maximumConcurrency",
      involves: [
        "consumer.maximumConcurrency",
        "account.lambdaConcurrency",
        "publisher.reservedConcurrency",
        "ingress",
      ],
      value: `${consumer.maximumConcurrency}`,
      rule: `the account runs ${lambdaConcurrency} at once (account.lambdaConcurrency)${share}`,
      source: limits.ACCOUNT_CONCURRENCY.source,
      remedy: room < 1 ? `First ${ASK_FOR_MORE}` : `Set it to ${room} or less, or ${ASK_FOR_MORE}`,
      code: "ACCOUNT_CONCURRENCY_EXCEEDED",
    },
  ];
}

/** Reservations, each and together, against what an account can reserve. */
function reservationRules({ consumer, publisher, account }: Settings): BrokenRule[] {
  const { lambdaConcurrency } = account;
  const most = reservableConcurrency(lambdaConcurrency);
  const limit = `of the account's ${lambdaConcurrency} at most ${most} can be reserved, since ${limits.UNRESERVED_CONCURRENCY.value} stay for other functions`;
  const source = limits.UNRESERVED_CONCURRENCY.source;
  const code = "ACCOUNT_CONCURRENCY_EXCEEDED";
  const reserved = Object.entries({ consumer, publisher }).flatMap(([section, { reservedConcurrency }]) =>
    reservedConcurrency === undefined ? [] : [{ path: `${section}.reservedConcurrency`, reservedConcurrency }],
  );
  const tooHigh = reserved.filter(({ reservedConcurrency }) => reservedConcurrency > most);
  if (tooHigh.length > 0) {
    return tooHigh.map(({ path, reservedConcurrency }) => ({
      path,
      involves: [path, "account.lambdaConcurrency"],
      value: `${reservedConcurrency}`,
      rule: limit,
      source,
      remedy: most === 0 ? `Leave it out, or ${ASK_FOR_MORE}` : `Set it to ${most} or less, or ${ASK_FOR_MORE}`,
      code,
    }));
  }
  const together = reserved.reduce((sum, { reservedConcurrency }) => sum + reservedConcurrency, 0);
  if (together <= most) return [];
  return [
    {
      path: "publisher.reservedConcurrency",
      involves: ["consumer.reservedConcurrency", "publisher.reservedConcurrency", "account.lambdaConcurrency"],
      value: `${publisher.reservedConcurrency} beside consumer.reservedConcurrency ${consumer.reservedConcurrency}`,
      rule: `together that is ${together}, and ${limit}`,
      source,
      remedy: `Set them to ${most} or less together, or ${ASK_FOR_MORE}`,
      code,
    },
  ];
}
