/** The certificate of the database that is played here. Made anew for every run: it opens nothing anywhere else. */
import { generate } from "selfsigned";

/** The name under which the local database is reached, so the one in its certificate. */
export const DATABASE_HOST = "localhost";

export interface Certificate {
  readonly key: string;
  /** Its own authority: who trusts it, trusts the database. */
  readonly cert: string;
}

export async function makeCertificate(): Promise<Certificate> {
  const made = await generate([{ name: "commonName", value: DATABASE_HOST }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: DATABASE_HOST }] },
    ],
  });
  return { key: made.private, cert: made.cert };
}
