/** Where a body is that did not fit into its message, and how to know it again. */
export interface Claim {
  readonly key: string;
  readonly bytes: number;
  /** Of the body, hexadecimal. */
  readonly sha256: string;
}

/** Where the publisher puts the body of a request. The consumer reads no other key. */
export function inflightKey(requestId: string): string {
  return `inflight/${requestId}`;
}
