/** Every permission that a stack grants is used by something that it does; none that is used is missing. */
import { randomBytes } from "node:crypto";
import { delivery, type PlayedStack, playStack } from "./played-stack";

/** Granted and yet not called, with the reason. */
const UNUSED_FOR_A_REASON: Readonly<Record<string, string>> = {
  "test-webhook-consume s3:ListBucket":
    "never called: with it S3 says of a missing object that it is missing, not that access is denied",
};

const KB = 1_024;
const noise = (kilobytes: number) => randomBytes((kilobytes * KB * 3) / 4).toString("base64");

test.each(["direct", "lambda"] as const)(
  "with %s ingress the permissions used are the permissions granted",
  async (ingress) => {
    const settings = { ingress, consumer: { maximumConcurrency: 2, timeoutSeconds: 10 } } as const;
    const stack = await playStack(settings);
    try {
      const first = delivery();
      await stack.deliver(first, first, { ...first, body: Buffer.from("other content") });
      // Over the message's limit, and over the item's: through S3, and there to stay.
      if (ingress === "lambda") await stack.deliver(delivery({ text: noise(300) }), delivery({ text: noise(700) }));

      expect(stack.run.refusedCalls).toEqual([]);
      const used = usedBy(stack);
      const unused = grantedBy(stack).filter((permission) => !used.has(permission));
      expect(unused).toEqual(
        Object.keys(UNUSED_FOR_A_REASON).filter((permission) => grantedBy(stack).includes(permission)),
      );
    } finally {
      await stack.stop();
    }
  },
  60_000,
);

function usedBy({ run }: PlayedStack): ReadonlySet<string> {
  return new Set(run.endpoint.authorization.used.map(({ role, action }) => `${role} ${action}`));
}

/** "role action" for each action in each policy of a role, as the synthesized stack says it. */
function grantedBy({ run }: PlayedStack): readonly string[] {
  return run.template.resources("aws_iam_role_policy").flatMap(({ properties: { role, policy } }) => {
    const { Statement } = JSON.parse(String(policy)) as {
      Statement: readonly { Action: string | readonly string[] }[];
    };
    return Statement.flatMap(({ Action }) => [Action].flat().map((action) => `${role} ${action}`));
  });
}
