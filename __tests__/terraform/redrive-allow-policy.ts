/**
 * The one queue attribute that moto's SQS lacks (5.2.1): RedriveAllowPolicy, without which the provider waits for three
 * minutes and then fails. It is kept here; everything else goes to moto as it came.
 */

const ATTRIBUTE = "RedriveAllowPolicy";
/** Asked for in its stead, so that moto still says when there is no such queue. */
const ANY_ATTRIBUTE = "QueueArn";

export interface SqsRequest {
  readonly QueueUrl?: string;
  readonly AttributeNames?: readonly string[];
  readonly Attributes?: Readonly<Record<string, string>>;
}
export interface SqsAnswer {
  readonly Attributes?: Readonly<Record<string, string>>;
}

/** What is asked of moto, and what its answer becomes. */
export interface Exchange {
  /** X-Amz-Target, SQS's JSON protocol: the only one that the provider and the SDK speak. */
  readonly target: string;
  readonly request: SqsRequest;
  /** @default the answer stays as it is */
  readonly answer?: (answer: SqsAnswer) => SqsAnswer;
}

export class RedriveAllowPolicies {
  readonly #byQueue = new Map<string, string>();

  exchange(target: string, request: SqsRequest): Exchange {
    const { QueueUrl: queue = "" } = request;
    if (target === "AmazonSQS.DeleteQueue") this.#byQueue.delete(queue);
    if (target === "AmazonSQS.SetQueueAttributes") return this.#set(queue, request);
    if (target === "AmazonSQS.GetQueueAttributes") return this.#get(queue, request);
    return { target, request };
  }

  #set(queue: string, request: SqsRequest): Exchange {
    const target = "AmazonSQS.SetQueueAttributes";
    const { [ATTRIBUTE]: policy, ...others } = request.Attributes ?? {};
    if (policy === undefined) return { target, request };
    this.#byQueue.set(queue, policy);
    if (Object.keys(others).length > 0) return { target, request: { ...request, Attributes: others } };
    // Not an empty set, by which moto takes away the queue's policy.
    return {
      target: "AmazonSQS.GetQueueAttributes",
      request: { QueueUrl: queue, AttributeNames: [ANY_ATTRIBUTE] },
      answer: () => ({}),
    };
  }

  #get(queue: string, request: SqsRequest): Exchange {
    const target = "AmazonSQS.GetQueueAttributes";
    const names = request.AttributeNames ?? [];
    const policy = this.#byQueue.get(queue);
    // An empty text is how SQS is told to forget it.
    const own = policy ? { [ATTRIBUTE]: policy } : {};
    if (names.includes("All")) {
      return { target, request, answer: ({ Attributes }) => ({ Attributes: { ...Attributes, ...own } }) };
    }
    if (!names.includes(ATTRIBUTE)) return { target, request };
    const others = names.filter((name) => name !== ATTRIBUTE);
    return {
      target,
      request: { ...request, AttributeNames: [...others, ANY_ATTRIBUTE] },
      answer: ({ Attributes = {} }) => ({
        Attributes: {
          ...Object.fromEntries(Object.entries(Attributes).filter(([name]) => others.includes(name))),
          ...own,
        },
      }),
    };
  }
}
