/** A certificate for a server on the loopback, signed by an authority that exists for one test run only. */

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const CONFIGURATION = `
[req]
distinguished_name = name
prompt = no
[name]
CN = Terraform Cloud stand-in
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[server]
subjectAltName = DNS:localhost, IP:127.0.0.1
extendedKeyUsage = serverAuth
`;

export interface Certificate {
  readonly key: string;
  readonly certificate: string;
  /** The authority's certificate. */
  readonly authority: string;
  /** Holds the authority's certificate alone, as SSL_CERT_DIR wants it. */
  readonly authorityFolder: string;
  remove(): void;
}

/** @throws Error when openssl is missing or refuses: Node.js can read certificates, but not make them */
export async function makeCertificate(): Promise<Certificate> {
  const folder = mkdtempSync(join(tmpdir(), "webhook-certificate-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const authorityFolder = join(folder, "authority");
  mkdirSync(authorityFolder);
  writeFileSync(join(folder, "openssl.cnf"), CONFIGURATION);
  const newKey = (name: string) =>
    `-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -config openssl.cnf -keyout ${name}.key`;
  try {
    await openssl(
      folder,
      `req -x509 ${newKey("authority")} -extensions authority -days 2 -out authority/authority.pem`,
    );
    await openssl(folder, `req ${newKey("server")} -out server.csr`);
    const signedBy = "-CA authority/authority.pem -CAkey authority.key -set_serial 2";
    const extensions = "-extfile openssl.cnf -extensions server";
    await openssl(folder, `x509 -req -in server.csr ${signedBy} ${extensions} -days 2 -out server.pem`);
  } catch (error) {
    remove();
    throw error;
  }
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const [key, certificate, authority] = [read("server.key"), read("server.pem"), read("authority/authority.pem")];
  return { key, certificate, authority, authorityFolder, remove };
}

async function openssl(folder: string, words: string): Promise<void> {
  try {
    await run("openssl", words.split(" "), { cwd: folder });
  } catch (cause) {
    const { code, stderr } = cause as { code?: unknown; stderr?: string };
    const why = code === "ENOENT" ? "openssl is not on the PATH. Every system's package manager has it." : stderr;
    throw new Error(`No certificate for the Terraform Cloud stand-in: ${why}`, { cause });
  }
}
