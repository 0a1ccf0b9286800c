/** Lambda's invocations: moto makes functions and runs none without Docker. Here their own zips are run by node. */

import { EmulatedCalls } from "./emulated-calls";
import { type FunctionError, type Outcome, outcomeOf } from "./invoked-function";
import type { Addition, Answer } from "./moto-proxy";

/** In the place of a function whose code cannot be run here. */
export type StandIn = (event: unknown) => Outcome<unknown>;

const FUNCTIONS = "/2015-03-31/functions";
const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations/;

interface CodeUpload {
  readonly FunctionName?: string;
  readonly Code?: { readonly ZipFile?: string };
}

export class PlayedFunctions {
  readonly #zips = new Map<string, Buffer>();
  readonly #standIns = new Map<string, StandIn>();
  readonly #logs = new Map<string, string>();

  /** @param urls of the emulated AWS as the functions are to see it, and of moto, which knows their variables */
  constructor(private readonly urls: { readonly aws: () => string; readonly moto: string }) {}

  /** From now on it answers in the place of the function of that name. */
  standIn(name: string, answer: StandIn): void {
    this.#standIns.set(name, answer);
  }

  /** Everything that a function has printed. */
  logOf(name: string): string {
    return this.#logs.get(name) ?? "";
  }

  readonly creations: Addition = {
    concerns: ({ method, url = "" }) => method === "POST" && url.replace(/\/?(\?.*)?$/, "") === FUNCTIONS,
    answer: (_request, body, forward) => {
      const { FunctionName: name = "", Code } = JSON.parse(body.toString()) as CodeUpload;
      this.#zips.set(name, Buffer.from(Code?.ZipFile ?? "", "base64"));
      return forward(body);
    },
  };

  readonly invocations: Addition = {
    concerns: ({ method, url = "" }) => method === "POST" && INVOCATION.test(url),
    answer: async ({ url = "" }, body) => {
      const name = decodeURIComponent(INVOCATION.exec(url)?.[1] ?? "");
      const { answer, error, printed } = await this.#run(name, JSON.parse(body.toString() || "null"));
      this.#logs.set(name, this.logOf(name) + printed);
      return error === undefined ? answered(answer) : failed(error);
    },
  };

  async #run(name: string, event: unknown): Promise<Outcome<unknown>> {
    const standIn = this.#standIns.get(name);
    if (standIn !== undefined) return standIn(event);
    const zip = this.#zips.get(name);
    if (zip === undefined) throw new Error(`Nobody has made the function ${name}.`);
    const path = `${FUNCTIONS}/${name}`;
    const made = await new EmulatedCalls(this.urls.moto).rest<{
      Configuration: { Environment?: { Variables: Readonly<Record<string, string>> } };
    }>("lambda", path);
    const variables = made?.Configuration.Environment?.Variables ?? {};
    return outcomeOf({ zip, variables, awsUrl: this.urls.aws(), event });
  }
}

const answered = (payload: unknown): Answer => ({
  status: 200,
  headers: { "content-type": "application/json", "x-amz-executed-version": "$LATEST" },
  body: Buffer.from(JSON.stringify(payload ?? null)),
});

/** Lambda API, Invoke: the status is 200 all the same. */
function failed(error: FunctionError): Answer {
  const { headers, ...rest } = answered({ ...error, trace: [] });
  return { ...rest, headers: { ...headers, "x-amz-function-error": "Unhandled" } };
}
