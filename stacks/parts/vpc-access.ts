import { type Account, functionArn } from "../arn";
import type { Statement } from "../policy";

/** The network that a function runs in. */
export interface VpcAccess {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly account: Account;
}

/** Source: Lambda Developer Guide, giving functions access to a VPC, required IAM permissions. */
const NETWORK_INTERFACE_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
] as const;

/**
 * What Lambda does as the function's role to connect it, and nothing for the function's own code: the actions take no
 * narrower resource (the same page), so whoever gets hold of the function could otherwise make and delete interfaces.
 */
export function networkRights({ account }: VpcAccess, functionName: string): Statement[] {
  return [
    { Effect: "Allow", Action: NETWORK_INTERFACE_ACTIONS, Resource: "*" },
    {
      Effect: "Deny",
      Action: NETWORK_INTERFACE_ACTIONS,
      Resource: "*",
      Condition: { ArnEquals: { "lambda:SourceFunctionArn": functionArn(account, functionName) } },
    },
  ];
}
