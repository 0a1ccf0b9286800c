/** Numbers as the plan writes them. */

/** 1,234,567 */
export const count = (number: number): string => Math.round(number).toLocaleString("en-US");

/** 12.3 s, 4.5 min, 6.7 h, 8.9 days */
export function duration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${(ms / 60_000).toFixed(1)} min`;
  if (ms < 86_400_000) return `${(ms / 3_600_000).toFixed(1)} h`;
  return `${(ms / 86_400_000).toFixed(1)} days`;
}

/** 1,234.50; ? where it is not known */
export const dollars = (usd: number | undefined): string =>
  usd === undefined ? "?" : usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
