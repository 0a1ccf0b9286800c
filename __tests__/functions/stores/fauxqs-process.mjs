/** fauxqs (SQS and S3) in a process of its own: it is an ES module, which jest cannot load. Says where it listens. */
import { buildApp } from "fauxqs";

const app = buildApp({ logger: false });
// It knows its queues by a host that needs a name server; ours is an address.
app.addHook("preHandler", async ({ body }) => {
  if (typeof body?.QueueUrl === "string") body.QueueUrl = body.QueueUrl.replace("127.0.0.1", "sqs.us-east-1.localhost");
});
process.send(await app.listen({ host: "127.0.0.1", port: 0 }));
process.on("disconnect", () => process.exit());
