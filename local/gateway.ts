/** API Gateway's HTTP API on the loopback: routes, throttle, the SQS and Lambda integrations and their answers. */
import { CHOICES, type Choices } from "./aws-assumptions";
import { GatewayRequests } from "./gateway-requests";
import { readHttpApi } from "./http-api";
import { type Invoke, LambdaIntegrations } from "./lambda-integration";
import { type Listener, listenOnLoopback } from "./loopback";
import { type RoleCredentials, SqsIntegrations } from "./sqs-integration";
import type { Template } from "./template";
import type { Timeline } from "./timeline";

export interface GatewayProps {
  readonly template: Template;
  readonly timeline: Timeline;
  /** A port (0 takes a free one), or a listener that was bound before the template was read; it is then owned here. */
  readonly port: number | Listener;
  /** The loopback endpoint of every AWS service. */
  readonly awsEndpoint: string;
  readonly credentialsFor: (roleArn: string) => RoleCredentials;
  /** Calls the functions of Lambda integrations. @default a request to one is a fault */
  readonly invoke?: Invoke;
  /** Takes the stage's access log, a line a request. @default nobody does */
  readonly onAccessLog?: (line: string) => void;
  /** What is believed of AWS. @default the choices of aws-assumptions.ts */
  readonly choices?: Choices;
}

export interface Gateway {
  /** Without a slash at the end. */
  readonly url: string;
  /** Ends the server and every connection. */
  stop(): Promise<void>;
}

/** @throws LocalRunError when the port cannot be had, or the stack has an API that cannot be played */
export async function startGateway(props: GatewayProps): Promise<Gateway> {
  const choices = props.choices ?? CHOICES;
  const api = readHttpApi(props.template, choices);
  const sqs = new SqsIntegrations(props, choices);
  const integrations = { sqs, lambda: new LambdaIntegrations(props.invoke ?? notServed, choices, props.timeline) };
  const listener = typeof props.port === "number" ? await listenOnLoopback(props.port) : props.port;
  const requests = new GatewayRequests(api, integrations, choices, props);
  listener.serve((request, response) => void requests.handle(request, response));
  return {
    url: listener.url,
    stop: async () => {
      await listener.stop();
      sqs.stop();
    },
  };
}

const notServed: Invoke = ({ functionName }) => Promise.reject(new Error(`nothing runs the function ${functionName}`));
