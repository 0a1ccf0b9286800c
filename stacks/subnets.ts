/** Divides a network into subnets. Pure. */

/** Halvings: eight parts, so that zones up to six can come later and no subnet that is there changes. */
const HALVINGS = 3;

/**
 * @param cidr IPv4, up to /29, no bit set behind its prefix
 * @param count 1 to 8
 * @returns the first parts of eight equal ones, such as "10.60.0.0/19" and "10.60.32.0/19" of "10.60.0.0/16"
 */
export function subnetsOf(cidr: string, count: number): string[] {
  const [address = "", length = ""] = cidr.split("/");
  const prefix = Number(length) + HALVINGS;
  const first = address.split(".").reduce((number, byte) => number * 256 + Number(byte), 0);
  return Array.from({ length: count }, (_, i) => `${dotted(first + i * 2 ** (32 - prefix))}/${prefix}`);
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");
}
