import { subnetsOf } from "../../stacks/subnets";

test.each([
  ["10.60.0.0/16", 2, ["10.60.0.0/19", "10.60.32.0/19"]],
  ["10.60.0.0/16", 3, ["10.60.0.0/19", "10.60.32.0/19", "10.60.64.0/19"]],
  ["192.168.7.0/24", 2, ["192.168.7.0/27", "192.168.7.32/27"]],
  ["172.16.128.0/20", 1, ["172.16.128.0/23"]],
  // Over 2³¹ as a number, and with a part that carries into the byte before.
  ["250.0.254.0/23", 8, [0, 64, 128, 192].flatMap((last) => [`250.0.254.${last}/26`])],
])("%s in %i parts", (cidr, count, expected) => {
  expect(subnetsOf(cidr, count).slice(0, expected.length)).toEqual(expected);
  expect(subnetsOf(cidr, count)).toHaveLength(count);
});

test("a network of more zones has those of fewer, so that a zone more moves nothing", () => {
  const two = subnetsOf("10.60.0.0/16", 2);
  expect(subnetsOf("10.60.0.0/16", 6).slice(0, 2)).toEqual(two);
});

test("the last of eight parts carries into the byte before", () => {
  expect(subnetsOf("250.0.254.0/23", 8).at(-1)).toBe("250.0.255.192/26");
});
