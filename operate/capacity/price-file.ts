/** Prices of an account, given as a JSON file over the list prices. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { PRICES, PRICES_AS_OF, type Prices } from "../prices";
import { pricesInvalid, pricesUnreadable } from "./errors";

const price = z.number("must be a number of US dollars").min(0, "must be 0 or more");

const schema = z
  .strictObject({
    /** When these prices held, as it is to be shown. */
    asOf: z.string("must be text"),
    httpApiPerMillion: price,
    sqsPerMillion: price,
    lambdaPerMillion: price,
    lambdaPerGbSecond: price,
    dynamoDbWritePerMillion: price,
    s3PutPerMillion: price,
    s3GetPerMillion: price,
    logsPerGb: price,
    rdsPerHour: z.record(z.string(), price, "must be an object of instance classes"),
    rdsStoragePerGbMonth: price,
    secretPerMonth: price,
  } satisfies Record<keyof Prices | "asOf", unknown>)
  .partial();

export interface DatedPrices {
  readonly prices: Prices;
  readonly asOf: string;
}

/** The list prices. */
export const LIST_PRICES: DatedPrices = { prices: PRICES, asOf: PRICES_AS_OF };

/** @throws CapacityError for a file that is not there, not JSON, or says something else than prices */
export function readPrices(file: string): DatedPrices {
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw pricesUnreadable(file, cause);
  }
  const checked = schema.safeParse(given);
  if (!checked.success)
    throw pricesInvalid(
      file,
      checked.error.issues.map(({ path, message }) => [...path, message].join(" ")),
    );
  const { asOf, rdsPerHour, ...prices } = checked.data;
  return {
    prices: { ...PRICES, ...withoutUndefined(prices), rdsPerHour: { ...PRICES.rdsPerHour, ...rdsPerHour } },
    asOf: asOf ?? `${PRICES_AS_OF} but for ${file}`,
  };
}

type Given = Omit<Prices, "rdsPerHour">;

/** A name with nothing in it must not hide the list price. */
function withoutUndefined(prices: { readonly [Name in keyof Given]?: number | undefined }): Partial<Given> {
  return Object.fromEntries(Object.entries(prices).filter(([, usd]) => usd !== undefined));
}
