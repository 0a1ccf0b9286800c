import { isCidr } from "../../stacks/cidr";

test.each([
  "0.0.0.0/0",
  "192.0.2.0/24",
  "192.0.2.7/32",
  "192.30.252.0/22",
  "::/0",
  "2001:db8::/32",
  "2001:db8::1/128",
  "2001:db8:0:1::/64",
  "2001:DB8::/32",
  "::ffff:192.0.2.0/120",
])("%s is a network", (text) => {
  expect(isCidr(text)).toBe(true);
});

test.each([
  ["no prefix", "192.0.2.0"],
  ["an empty prefix", "192.0.2.0/"],
  ["two prefixes", "192.0.2.0/24/24"],
  ["a prefix over 32", "192.0.2.0/33"],
  ["a prefix over 128", "2001:db8::/129"],
  ["a prefix with a leading zero", "192.0.2.0/024"],
  ["a mask for a prefix", "192.0.2.0/255.255.255.0"],
  ["a bit behind an IPv4 prefix", "192.0.2.7/24"],
  ["a bit behind an IPv4 prefix within an octet", "192.30.253.0/22"],
  ["a bit behind an IPv6 prefix", "2001:db8::1/64"],
  ["a bit behind an IPv6 prefix, in an address that ends like IPv4", "::ffff:192.0.2.1/120"],
  ["an octet over 255", "192.0.256.0/24"],
  ["too few octets", "192.0.2/24"],
  ["a zone", "fe80::1%eth0/128"],
  ["white space", " 192.0.2.0/24"],
  ["a name", "example.com/24"],
  ["nothing", ""],
])("%s makes no network: %j", (_, text) => {
  expect(isCidr(text)).toBe(false);
});
