import { parse, stringify } from "node:querystring";

/**
 * The other forms of a URL that Twilio may have signed: without and with the port, then with characters escaped. Source:
 * twilio-node, webhooks.ts, validateRequest.
 */
export function* otherTwilioUrls(url: string): Generator<string> {
  yield withoutPort(url);
  yield withPort(url);
  const escaped = escapedUrl(url);
  if (escaped === undefined) return;
  for (const form of [withoutPort(escaped), withPort(escaped)]) {
    yield form;
    yield withPlainQuery(form);
  }
}

/** One form for all that {@link otherTwilioUrls} takes for the same. */
export function canonicalTwilioUrl(url: string): string {
  // Half a surrogate pair is no text, and querystring throws for it; a Buffer makes it U+FFFD.
  return withPlainQuery(withoutPort(escapedUrl(url) ?? Buffer.from(url).toString()));
}

/** Scheme, user, host and port, without touching a character: `new URL` would escape some. */
const AUTHORITY = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*@)?([^/?#@:]*|\[[^/?#@\]]*\])(:\d*)?(?=[/?#]|$)/i;

function withoutPort(url: string): string {
  return url.replace(AUTHORITY, (_all, scheme, user = "", host) => `${scheme}://${user}${host}`);
}

function withPort(url: string): string {
  return url.replace(AUTHORITY, (_all, scheme, user = "", host, port) => {
    const standard = scheme.toLowerCase() === "https" ? ":443" : ":80";
    return `${scheme}://${user}${host}${port ?? standard}`;
  });
}

function escapedUrl(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).href : undefined;
}

function withPlainQuery(url: string): string {
  const query = url.indexOf("?");
  if (query === -1 || query === url.length - 1) return url;
  return `${url.slice(0, query)}?${stringify(parse(url.slice(query + 1), "&", "=", { maxKeys: 0 }))}`;
}
