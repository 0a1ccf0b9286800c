import { addressPath, urlInvalid } from "./errors";

/** The API to be probed. */
export interface Target {
  readonly isHttps: boolean;
  readonly hostname: string;
  /** Undefined: the scheme's own. */
  readonly port: number | undefined;
  readonly isLoopback: boolean;
  /** As it is shown. */
  readonly origin: string;
}

/** @throws VerifyError for what is not the address of an API */
export function targetOf(text: string): Target {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) throw urlInvalid(text);
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") throw addressPath(text, url.origin);
  // Brackets are of the URL, not of the address.
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return {
    isHttps: url.protocol === "https:",
    hostname,
    port: url.port === "" ? undefined : Number(url.port),
    isLoopback: hostname === "localhost" || hostname === "::1" || /^127\./.test(hostname),
    origin: url.origin,
  };
}
