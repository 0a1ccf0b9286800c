/**
 * The process of an execution environment, started by execution-environment.ts: loads the function's bundle, then
 * answers one event at a time. Arguments: the bundle's file, the name of the handler's export.
 */
import { trustDatabase } from "./database-trust";
import { guardNetwork } from "./network-guard";
import { type EnvironmentMessage, endLine, type FunctionError, type InvokeMessage } from "./runtime-messages";
import { provideRuntimeModules } from "./runtime-modules";

type Callback = (error: unknown, response?: unknown) => void;
type Handler = (event: unknown, context: unknown, callback: Callback) => unknown;

const [, , bundle = "", exportName = ""] = process.argv;

// Whoever started us has ended: there is nobody to answer to.
process.on("disconnect", () => process.exit());
const { LOCAL_DATABASE_CA: authority, LOCAL_CLOSED_PORT: port, LOCAL_CLOSED_BECAUSE: why = "" } = process.env;
const { LOCAL_RUNTIME_ANCHOR: runtimeAnchor } = process.env;
guardNetwork((line) => process.stderr.write(`${line}\n`), port === undefined ? undefined : { port: Number(port), why });
if (authority !== undefined) trustDatabase(authority);
if (runtimeAnchor !== undefined) provideRuntimeModules(runtimeAnchor);
start();

function start(): void {
  let handler: Handler;
  try {
    // The bundle is known only now, so this cannot be an import.
    const loaded = require(bundle) as Record<string, unknown>;
    const exported = loaded[exportName];
    if (typeof exported !== "function") {
      tell({ kind: "init-failed", error: handlerMissing() });
      return;
    }
    handler = exported as Handler;
  } catch (error) {
    tell({ kind: "init-failed", error: loadFailed(error) });
    return;
  }
  process.on("message", (message) => void answer(handler, message as InvokeMessage));
  tell({ kind: "ready" });
}

async function answer(handler: Handler, { event, context }: InvokeMessage): Promise<void> {
  let message: EnvironmentMessage;
  try {
    message = { kind: "answered", response: serialized(await call(handler, event, context)) };
  } catch (error) {
    message = { kind: "threw", error: asFunctionError(error) };
  }
  process.stdout.write(`${endLine(context.awsRequestId)}\n`);
  tell(message);
}

/** A handler answers by the promise it returns or, with three parameters, by its callback. */
function call(handler: Handler, event: unknown, { deadline, ...facts }: InvokeMessage["context"]): Promise<unknown> {
  const context = {
    ...facts,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, response) =>
      error === null || error === undefined ? resolve(response) : reject(error as Error);
    const returned = handler(event, context, callback);
    const isPromise = typeof (returned as PromiseLike<unknown> | undefined)?.then === "function";
    if (isPromise || handler.length < 3) resolve(returned);
  });
}

/** What arrives is JSON, as on AWS: what cannot be written as JSON is the function's error. */
function serialized(response: unknown): unknown {
  return response === undefined ? null : (JSON.parse(JSON.stringify(response)) as unknown);
}

function asFunctionError(error: unknown): FunctionError {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorType: "Error", errorMessage: String(error) };
}

function handlerMissing(): FunctionError {
  return {
    errorType: "Runtime.HandlerNotFound",
    errorMessage: `${exportName} is undefined or not exported`,
  };
}

function loadFailed(error: unknown): FunctionError {
  const { errorType, errorMessage } = asFunctionError(error);
  const isMissing = error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND";
  if (isMissing) return { errorType: "Runtime.ImportModuleError", errorMessage: `Error: ${errorMessage}` };
  return error instanceof SyntaxError
    ? { errorType: "Runtime.UserCodeSyntaxError", errorMessage: `SyntaxError: ${errorMessage}` }
    : { errorType, errorMessage };
}

function tell(message: EnvironmentMessage): void {
  process.send?.(message);
}
