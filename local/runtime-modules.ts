/**
 * What Lambda's runtime has beside a function's code: the AWS SDK. A bundle may leave it out; here it is found where this
 * project has it, and nothing else of this project is (Lambda Developer Guide, "Building Lambda functions with Node.js").
 */
import Module, { createRequire } from "node:module";

/** What Node resolves with; it is not in its types. */
interface Resolver {
  _resolveFilename(request: string, ...others: readonly unknown[]): string;
}

const OF_THE_RUNTIME = /^@(aws-sdk|smithy)\//;

/** @param anchor a file from which the runtime's packages are found */
export function provideRuntimeModules(anchor: string): void {
  const resolver = Module as unknown as Resolver;
  const { _resolveFilename: resolve } = resolver;
  const runtime = createRequire(anchor);
  resolver._resolveFilename = (request, ...others) => {
    try {
      return resolve.call(Module, request, ...others);
    } catch (error) {
      if (OF_THE_RUNTIME.test(request)) return runtime.resolve(request);
      throw error;
    }
  };
}
