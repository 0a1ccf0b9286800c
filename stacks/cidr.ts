/** Networks in CIDR form. Pure. */
import { isIPv4, isIPv6 } from "node:net";

/**
 * Whether a text is an IPv4 or IPv6 network, such as "192.0.2.0/24" or "2001:db8::/32". A bit that is set behind the
 * prefix is refused: "192.0.2.7/24" may be meant as one address or as 256.
 */
export function isCidr(text: string): boolean {
  const [address = "", prefix = "", ...more] = text.split("/");
  if (more.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(prefix)) return false;
  const bits = addressBits(address);
  return bits !== undefined && Number(prefix) <= bits.length && !bits.slice(Number(prefix)).includes("1");
}

function addressBits(address: string): string | undefined {
  if (isIPv4(address)) return bitsOf(address.split("."), 10, 8);
  // A zone, as in fe80::1%eth0, is of one machine only.
  if (isIPv6(address) && !address.includes("%")) return bitsOf(ipv6Groups(address), 16, 16);
  return undefined;
}

function bitsOf(numbers: readonly string[], radix: number, bits: number): string {
  return numbers.map((number) => Number.parseInt(number, radix).toString(2).padStart(bits, "0")).join("");
}

/** The eight groups of an IPv6 address. A URL writes it in groups only, also one that ends like an IPv4 address. */
function ipv6Groups(address: string): string[] {
  const [before = "", after = ""] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const [head, tail] = [before, after].map((side) => (side === "" ? [] : side.split(":")));
  const given = [...(head ?? []), ...(tail ?? [])].length;
  return [...(head ?? []), ...Array.from({ length: 8 - given }, () => "0"), ...(tail ?? [])];
}
