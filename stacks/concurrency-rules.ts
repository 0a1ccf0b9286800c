/** What may run at once, against what the account allows. Pure. */
import { reservableConcurrency } from "./capacity";
import { consumersOf, type PlacedConsumer } from "./consumer-settings";
import type { BrokenRule } from "./errors";
import * as limits from "./limits";
import { type Reservation, reservationsOf } from "./reservations";
import type { Settings } from "./settings";

export function concurrencyRules(settings: Settings): BrokenRule[] {
  const consumers = consumersOf(settings);
  return [
    ...consumers.flatMap(consumerRules),
    ...consumers.flatMap((placed) => roomRules(settings, placed)),
    ...reservationRules(settings),
  ];
}

/** A consumer's maximum against its own reservation. */
function consumerRules({ path, consumer }: PlacedConsumer): BrokenRule[] {
  const { maximumConcurrency: maximum, reservedConcurrency: reserved } = consumer;
  const involves = [`${path}.maximumConcurrency`, `${path}.reservedConcurrency`];
  const broken: BrokenRule[] = [];
  if (maximum < limits.MAPPING_MAXIMUM_CONCURRENCY.min && reserved !== maximum) {
    broken.push({
      path: `${path}.maximumConcurrency`,
      involves,
      value: `${maximum}`,
      rule: "an event source mapping takes 2 or more; one at a time exists only through reserved concurrency, where an invocation too many is thrown away and costs its messages a receive",
      source: limits.MAPPING_MAXIMUM_CONCURRENCY.source,
      remedy: `Set it to 2 or more, or set ${path}.reservedConcurrency to 1 as well.`,
      code: "MAXIMUM_CONCURRENCY_ONE",
    });
  }
  if (reserved !== undefined && reserved < maximum) {
    broken.push({
      path: `${path}.reservedConcurrency`,
      involves,
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

/** A consumer's maximum against what the account runs, less what others keep for themselves or need at least. */
function roomRules(settings: Settings, { path, consumer }: PlacedConsumer): BrokenRule[] {
  const { lambdaConcurrency } = settings.account;
  const others = reservationsOf(settings).filter((each) => each.path !== `${path}.reservedConcurrency`);
  const kept = Math.min(total(others), reservableConcurrency(lambdaConcurrency));
  const publisherHasNone =
    settings.ingress === "lambda" && (settings.publisher.reservedConcurrency === undefined || kept === 0);
  const room = lambdaConcurrency - kept - (publisherHasNone ? 1 : 0);
  if (consumer.maximumConcurrency <= room) return [];
  return [
    {
      path: `${path}.maximumConcurrency`,
      involves: [
        `${path}.maximumConcurrency`,
        "account.lambdaConcurrency",
        "publisher.reservedConcurrency",
        "ingress",
        ...others.map((each) => each.path),
      ],
      value: `${consumer.maximumConcurrency}`,
      rule: [
        `the account runs ${lambdaConcurrency} at once (account.lambdaConcurrency)`,
        ...(kept === 0
          ? []
          : [`${kept} of them for others only (${others.map(({ listed }) => listed).join(" and ")})`]),
        ...(publisherHasNone ? ["and a publisher without any answers 5xx"] : []),
      ].join(", "),
      source: limits.ACCOUNT_CONCURRENCY.source,
      remedy: room < 1 ? `First ${ASK_FOR_MORE}` : `Set it to ${room} or less, or ${ASK_FOR_MORE}`,
      code: "ACCOUNT_CONCURRENCY_EXCEEDED",
    },
  ];
}

const total = (reservations: readonly Reservation[]) =>
  reservations.reduce((sum, { reserved, functions }) => sum + reserved * functions, 0);

/** Reservations of all stacks, each and together, against what an account can reserve. */
function reservationRules(settings: Settings): BrokenRule[] {
  const { lambdaConcurrency } = settings.account;
  const most = reservableConcurrency(lambdaConcurrency);
  const rule = `of the account's ${lambdaConcurrency} at most ${most} can be reserved, since ${limits.UNRESERVED_CONCURRENCY.value} stay for other functions`;
  const source = limits.UNRESERVED_CONCURRENCY.source;
  const code = "ACCOUNT_CONCURRENCY_EXCEEDED";
  const reservations = reservationsOf(settings);
  const tooHigh = reservations.filter(({ reserved }) => reserved > most);
  if (tooHigh.length > 0) {
    const lower = ({ functions, isSetting }: Reservation) => {
      if (most > 0) return `Set it to ${Math.floor(most / functions)} or less, or`;
      return isSetting ? "Leave it out, or" : "First";
    };
    return tooHigh.map((reservation) => ({
      path: reservation.path,
      involves: [reservation.path, "account.lambdaConcurrency"],
      value: reservation.value,
      rule,
      source,
      remedy: `${lower(reservation)} ${ASK_FOR_MORE}`,
      code,
    }));
  }
  const together = total(reservations);
  const subject = reservations.findLast(({ isSetting }) => isSetting);
  if (together <= most || subject === undefined) return [];
  const others = reservations.filter((each) => each !== subject);
  return [
    {
      path: subject.path,
      involves: [...reservations.map(({ path }) => path), "account.lambdaConcurrency"],
      value: [
        subject.value,
        ...(others.length > 0 ? [`beside ${others.map(({ listed }) => listed).join(" and ")}`] : []),
      ].join(" "),
      rule: `together that is ${together}, and ${rule}`,
      source,
      remedy: `Set them to ${most} or less together, or ${ASK_FOR_MORE}`,
      code,
    },
  ];
}
