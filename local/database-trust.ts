/**
 * Lets a function trust the database that is played here. A function trusts RDS's authorities and no others, so the
 * local one is added to what it names, whatever that is; everything else about its verification stays.
 */
import tls from "node:tls";

/** What Node makes of a secure context; addCACert is not in its types. */
interface NativeContext {
  addCACert(certificate: string): void;
}

/** @param authority a certificate in PEM */
export function trustDatabase(authority: string): void {
  const { createSecureContext } = tls;
  tls.createSecureContext = (options) => {
    const made = createSecureContext(options);
    (made.context as NativeContext).addCACert(authority);
    return made;
  };
}
