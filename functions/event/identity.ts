/**
 * Headers in which known senders give a delivery its id, the first present one wins. Not every one of them is signed
 * by its sender (GitHub's and Shopify's are not): whoever knows such an id can use it for another body.
 */
export const DELIVERY_ID_HEADERS = [
  "x-github-delivery",
  "webhook-id",
  "svix-id",
  "x-shopify-webhook-id",
  "paypal-transmission-id",
  "i-twilio-idempotency-token",
] as const;

/** The source of a request to `/`, which has no path segment. */
export const ROOT_SOURCE = "root";

/** Who a request is from: the first segment of its path. `#` is percent-encoded, since it separates the parts of keys. */
export function sourceOf(path: string): string {
  const segment = path.split("/").find((part) => part !== "") ?? ROOT_SOURCE;
  return segment.replaceAll("#", "%23");
}

/** The sender's delivery id where there is one, else the API's request id: then every request is an event. */
export function eventIdOf(headers: Readonly<Record<string, string>>, requestId: string): string {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  for (const name of DELIVERY_ID_HEADERS) {
    const id = byName.get(name);
    if (id !== undefined && id !== "") return id;
  }
  return requestId;
}
