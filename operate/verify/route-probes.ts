/** Which path a message says, and what becomes of methods that usually have no body. */
import { describeBody, NOTHING, quoted, RECORD, SENDER } from "./observation";
import { type Expected, type Ingress, type Probe, stored } from "./probe";

const BODY_OF_DELETE = Buffer.from('{"delete":true}');
const NO_BODY = ", no body";

const OPTIONS = methodProbe("options", "An OPTIONS, which is an event for direct ingress only", "OPTIONS");
const OPTIONS_PROBE: Probe = {
  ...OPTIONS,
  expected: {
    ...OPTIONS.expected,
    lambda: {
      rests: ["methodsWithoutBody"],
      under: () => ({ [SENDER]: `204${NO_BODY}, with Allow`, [RECORD]: NOTHING }),
    },
  },
};

export const ROUTE_PROBES: readonly Probe[] = [
  pathProbe("encoded-slash", "%2F in the path", "/a%2Fb"),
  pathProbe("encoded-space", "%20 in the path", "/a%20b"),
  pathProbe("doubled-slash", "// in the path", "//a"),
  pathProbe("query", "A query, which direct ingress cannot map", "/a", "b=1&b=%2F"),
  methodProbe("get", "A GET", "GET"),
  methodProbe("head", "A HEAD: the answer to it has no body", "HEAD", {
    sees: { direct: `200${NO_BODY}`, lambda: `202${NO_BODY}` },
  }),
  methodProbe("delete", "A DELETE without a body", "DELETE"),
  methodProbe("delete-with-body", "A DELETE with a body, which only lambda ingress carries", "DELETE", {
    body: BODY_OF_DELETE,
  }),
  OPTIONS_PROBE,
];

/** @param path below the probe's own */
function pathProbe(id: string, asks: string, path: string, query = ""): Probe {
  const sent = `/${id}${path}`;
  const said = (choice: "as-sent" | "decoded") => (choice === "decoded" ? decodeURIComponent(sent) : sent);
  return {
    id,
    asks,
    request: { method: "POST", path: `${sent}${query && `?${query}`}`, body: Buffer.from("{}") },
    expected: {
      direct: { rests: ["path"], under: (beliefs) => stored("direct", { path: said(beliefs.path) }) },
      lambda: { rests: ["rawPath"], under: (beliefs) => stored("lambda", { path: said(beliefs.rawPath), query }) },
    },
  };
}

function methodProbe(
  id: string,
  asks: string,
  method: string,
  { body, sees = {} }: { readonly body?: Buffer; readonly sees?: Partial<Record<Ingress, string>> } = {},
): Probe {
  const hello = quoted(`hello from …/${id}`);
  const expected = (ingress: Ingress): Expected => ({
    rests: ["methodsWithoutBody"],
    under: () => {
      const kept = body === undefined || ingress === "direct" ? hello : describeBody(body);
      return stored(ingress, { method, path: `/${id}`, body: kept }, sees[ingress]);
    },
  });
  return {
    id,
    asks,
    request: { method, ...(body !== undefined && { body }) },
    expected: { direct: expected("direct"), lambda: expected("lambda") },
  };
}
