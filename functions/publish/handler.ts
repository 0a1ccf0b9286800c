import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { sourceIpRule } from "../allowed-cidrs";
import { readPublisherEnvironment } from "../environment";
import { judge } from "../secrets/judge";
import { SecretReader } from "../secrets/secret-reader";
import { secretStores } from "../secrets/secret-store";
import { awsCalls } from "./aws-calls";
import { type Publisher, publish } from "./publish";
import { publishLog } from "./publish-log";

/** What the calls of AWS may take together: Slack, the strictest sender, waits 3 s (Slack Events API, responding to events). */
const CALLS_MS = 2_500;
/** What is left of the invocation when the sender is told to come again, so that it hears that and no 500. */
const ANSWER_MS = 250;

/** Made by the first request, not at import: a mistake in the environment is then in the log of the request. */
let publisher: Publisher | undefined;

/** Takes a request of the API onto the events queue. */
export const handler = async (
  event: APIGatewayProxyEventV2,
  context: Pick<Context, "getRemainingTimeInMillis">,
): Promise<APIGatewayProxyStructuredResultV2> => {
  publisher ??= openPublisher();
  return publish(event, publisher, Math.min(CALLS_MS, context.getRemainingTimeInMillis() - ANSWER_MS));
};

function openPublisher(): Publisher {
  const { maximumMessageBytes, allowedCidrs, sources, unmatched, ...places } = readPublisherEnvironment();
  const secrets = new SecretReader(secretStores());
  return {
    maximumMessageBytes,
    allowsSourceIp: sourceIpRule(allowedCidrs, sources),
    sources,
    unmatched,
    judge: (request, source, signal) => judge(request, source, secrets, signal),
    ...awsCalls(places),
    log: publishLog(),
  };
}
