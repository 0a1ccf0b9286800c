/** Calls of services whose SDK client is no dependency of this project: plain HTTP, in each service's protocol. */

const QUERY_VERSIONS = { iam: "2010-05-08", sns: "2010-03-31" } as const;
const XML_VERSIONS = { ec2: "2016-11-15", rds: "2014-10-31" } as const;
const TARGETS = { events: "AWSEvents", logs: "Logs_20140328", monitoring: "GraniteServiceVersion20100801" } as const;

/** Moto takes the service and the region from the signature's scope, and checks nothing else of it. */
const authorization = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=emulated/20300101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`;

export class EmulatedCalls {
  constructor(private readonly url: string) {}

  /** Lambda and API Gateway. @returns undefined when there is no such thing */
  async rest<Answer>(service: "lambda" | "apigateway", path: string): Promise<Answer | undefined> {
    const response = await fetch(`${this.url}${path}`, { headers: { authorization: authorization(service) } });
    return response.status === 404 ? undefined : complete<Answer>(response, path);
  }

  /** Changes one of Lambda's. */
  async put(service: "lambda", path: string, input: object): Promise<void> {
    const headers = { authorization: authorization(service), "content-type": "application/json" };
    const response = await fetch(`${this.url}${path}`, { method: "PUT", headers, body: JSON.stringify(input) });
    await complete(response, path);
  }

  /** IAM and SNS. */
  async query<Result>(
    service: keyof typeof QUERY_VERSIONS,
    action: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<Result> {
    const form = { ...parameters, Action: action, Version: QUERY_VERSIONS[service], ContentType: "JSON" };
    const response = await fetch(this.url, {
      method: "POST",
      headers: { authorization: authorization(service) },
      body: new URLSearchParams(form),
    });
    const answer = await complete<Record<string, Record<string, Result>>>(response, action);
    return answer[`${action}Response`]?.[`${action}Result`] as Result;
  }

  /** EC2 and RDS, which answer in XML only. */
  async xml(
    service: keyof typeof XML_VERSIONS,
    action: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const response = await fetch(this.url, {
      method: "POST",
      headers: { authorization: authorization(service) },
      body: new URLSearchParams({ ...parameters, Action: action, Version: XML_VERSIONS[service] }),
    });
    return completeText(response, action);
  }

  /** CloudWatch, CloudWatch Logs and EventBridge. */
  async json<Answer>(service: keyof typeof TARGETS, action: string, input: object = {}): Promise<Answer> {
    const response = await fetch(this.url, {
      method: "POST",
      headers: {
        authorization: authorization(service),
        "x-amz-target": `${TARGETS[service]}.${action}`,
        "content-type": "application/x-amz-json-1.1",
      },
      body: JSON.stringify(input),
    });
    return complete<Answer>(response, action);
  }
}

/** What an answer says has to be all of it: a second page would hide what is left over. */
async function complete<Answer>(response: Response, what: string): Promise<Answer> {
  return JSON.parse(await completeText(response, what)) as Answer;
}

async function completeText(response: Response, what: string): Promise<string> {
  const said = await response.text();
  if (!response.ok) throw new Error(`${what} answered ${response.status}: ${said}`);
  const hasMore = /"(?:[nN]ext(?:Token|Marker)|Marker)":\s*"[^"]|<(?:nextToken|Marker)>[^<]/.test(said);
  if (hasMore) throw new Error(`${what} has more than a page.`);
  return said;
}

/** What stands in every element of that name, in the order of the document; elements in it are left as they are. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "g"))].map(([, inside = ""]) => inside);
}
