/** Where senders send to. */
import { type Change, isLost, type Plan } from "../plan";
import { at } from "../value";
import { compared, type Finding } from "./rule";

interface Address {
  readonly replaced: string;
  readonly destroyed: string;
  /** Attribute that a reader compares. */
  readonly name?: string;
}

const API: Address = {
  replaced: "The API is replaced: its URL changes, and every sender still sends to the old one.",
  destroyed: "The API is destroyed: senders get no answer any more.",
};
const STAGE: Address = {
  replaced: "The API's stage is replaced: its URL changes or fails meanwhile, and senders still send to the old one.",
  destroyed: "The API's stage is destroyed: senders get no answer any more.",
};
const DOMAIN: Address = {
  name: "domain_name",
  replaced: "The domain is replaced: senders fail until DNS leads to it, and with another name until they are told.",
  destroyed: "The domain is destroyed: every sender that uses the name fails.",
};
const ADDRESSES: Readonly<Record<string, Address>> = {
  aws_apigatewayv2_api: API,
  aws_api_gateway_rest_api: API,
  aws_apigatewayv2_stage: STAGE,
  aws_api_gateway_stage: STAGE,
  aws_apigatewayv2_domain_name: DOMAIN,
  aws_api_gateway_domain_name: DOMAIN,
  aws_apigatewayv2_api_mapping: {
    replaced: "The domain is mapped anew: senders that use the name fail meanwhile.",
    destroyed: "The domain no longer leads to the API: every sender that uses the name fails.",
  },
  aws_route53_record: {
    name: "name",
    replaced: "The DNS record is replaced: senders fail meanwhile, and with another name until they are told.",
    destroyed: "The DNS record is destroyed: every sender that uses the name fails.",
  },
  aws_lambda_function_url: {
    replaced: "The function's URL is replaced: senders still send to the old one.",
    destroyed: "The function's URL is destroyed: senders get no answer any more.",
  },
  aws_lb: {
    replaced: "The load balancer is replaced: its name in DNS changes.",
    destroyed: "The load balancer is destroyed: what it served gives no answer any more.",
  },
  aws_cloudfront_distribution: {
    replaced: "The distribution is replaced: its name in DNS changes.",
    destroyed: "The distribution is destroyed: what it served gives no answer any more.",
  },
};

export function lostUrl(change: Change): readonly Finding[] {
  const address = ADDRESSES[change.type];
  if (address === undefined || !isLost(change) || change.isDeposed) return [];
  const says = change.action === "replace" ? address.replaced : address.destroyed;
  const [was, becomes] = [change.before, change.after].map((side) => at(side, address.name ?? ""));
  return [was === becomes || was === undefined || becomes === undefined ? { says } : compared(says, was, becomes)];
}

/** A domain of one's own can come with the API's own URL switched off. */
export function ownUrlOff(change: Change): readonly Finding[] {
  if (!/^aws_(apigatewayv2_api|api_gateway_rest_api)$/.test(change.type)) return [];
  const [before, after] = [change.before, change.after].map((side) => at(side, "disable_execute_api_endpoint"));
  if (change.before === undefined || before === true || after !== true) return [];
  return [
    { says: "The API's own URL is switched off: senders that use it instead of the domain get no answer any more." },
  ];
}

/** Routes that go with their API are told with it. */
export function lostRoute(change: Change, { changes }: Plan): readonly Finding[] {
  if (change.type !== "aws_apigatewayv2_route" || change.action !== "destroy") return [];
  const apiIsLost = changes.some((other) => other.type === "aws_apigatewayv2_api" && isLost(other));
  if (apiIsLost) return [];
  const says = "A route is destroyed: its requests go to a more general route, or get 404.";
  return [compared(says, at(change.before, "route_key"), null)];
}
