/** What the local Lambda service and the process of an execution environment say to each other. */

/** What a handler gets as its context, but for its methods. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** When the invocation is ended, in milliseconds since the Unix epoch. */
  readonly deadline: number;
}

export interface InvokeMessage {
  readonly event: unknown;
  readonly context: InvocationContext;
}

/** As Lambda answers an invocation that failed. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

export type EnvironmentMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "init-failed"; readonly error: FunctionError }
  | { readonly kind: "answered"; readonly response: unknown }
  | { readonly kind: "threw"; readonly error: FunctionError };

/** The line that ends an invocation's output, as in CloudWatch: all that the handler wrote stands before it. */
export const endLine = (requestId: string): string => `END RequestId: ${requestId}`;
