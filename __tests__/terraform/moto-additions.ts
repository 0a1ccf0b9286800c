/** What moto lacks (5.2.1) so that an apply, a second plan or a destroy would not be what they are with AWS. */

import { EmulatedCalls, elements } from "./emulated-calls";
import type { Addition, Answer } from "./moto-proxy";
import { RedriveAllowPolicies, type SqsAnswer, type SqsRequest } from "./redrive-allow-policy";

/** SQS: the attribute RedriveAllowPolicy. */
export function redriveAllowPolicies(): Addition {
  const policies = new RedriveAllowPolicies();
  return {
    concerns: ({ headers }) => String(headers["x-amz-target"]).startsWith("AmazonSQS."),
    answer: async ({ headers }, body, forward) => {
      const asked = JSON.parse(body.toString()) as SqsRequest;
      const { target, request, answer } = policies.exchange(String(headers["x-amz-target"]), asked);
      const answered = await forward(Buffer.from(JSON.stringify(request)), { "x-amz-target": target });
      if (answer === undefined || answered.status !== 200) return answered;
      return edited(answered, (text) => JSON.stringify(answer(JSON.parse(text) as SqsAnswer)));
    },
  };
}

/**
 * RDS: who set a parameter. Moto keeps only what was set, and says of none that it was; the provider then takes each
 * for the engine's default, and every plan would set it again.
 */
export function parameterSources(): Addition {
  return {
    concerns: ({ headers, method }) => method === "POST" && /\/rds\/aws4_request/.test(String(headers.authorization)),
    answer: async (_request, body, forward) => {
      const answered = await forward(body);
      if (new URLSearchParams(body.toString()).get("Action") !== "DescribeDBParameters") return answered;
      return edited(answered, (xml) => xml.replaceAll("<Parameter>", "<Parameter><Source>user</Source>"));
    },
  };
}

/** Moto's VPC of every function in one. */
const NO_VPC = '"vpc-123abc"';

interface FunctionAnswer {
  readonly Configuration: {
    readonly FunctionName: string;
    readonly VpcConfig: { readonly SubnetIds?: readonly string[] };
  };
}

/**
 * Lambda: the VPC of a function. When it is destroyed the provider moves it to that VPC's default group first, and
 * names no subnets, which moto takes for none.
 */
export function functionVpcs(moto: string): Addition {
  const calls = new EmulatedCalls(moto);
  const vpcs = new Map<string, string>();
  return {
    concerns: ({ method, url = "" }) => method === "GET" && /^\/2015-03-31\/functions\/[^/]+\/?(\?|$)/.test(url),
    answer: async (_request, body, forward) => {
      const answered = await forward(body);
      const text = answered.body.toString();
      if (!text.includes(NO_VPC)) return answered;
      const { FunctionName: name, VpcConfig } = (JSON.parse(text) as FunctionAnswer).Configuration;
      const [subnet] = VpcConfig.SubnetIds ?? [];
      if (subnet !== undefined) {
        const subnets = await calls.xml("ec2", "DescribeSubnets", { "SubnetId.1": subnet });
        vpcs.set(name, elements(subnets, "vpcId")[0] ?? "");
      }
      return edited(answered, () => text.replaceAll(NO_VPC, JSON.stringify(vpcs.get(name))));
    },
  };
}

function edited(answer: Answer, edit: (text: string) => string): Answer {
  return { ...answer, body: Buffer.from(edit(answer.body.toString())) };
}
