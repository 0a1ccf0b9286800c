/** Every permission that a stack grants is used by something that it does; none that is used is missing. */
import { randomBytes } from "node:crypto";
import { keysOf } from "./kept";
import { delivery, type PlayedStack, playPostgresStack, playStack } from "./played-stack";
import { bodyOf, secretsOf, senderOf } from "./senders";
import { SMALL_DATABASE } from "./small-database";

/** Granted and yet not called, with the reason. */
const UNUSED_FOR_A_REASON: Readonly<Record<string, string>> = {
  "test-webhook-consume s3:ListBucket":
    "never called: with it S3 says of a missing object that it is missing, not that access is denied",
  "test-postgres-sink-consume s3:ListBucket": "as above",
};

/** Called by Lambda itself in the name of the role, where there is a VPC: not played here. */
const FOR_THE_SERVICE = / ec2:/;

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

test.each(["direct", "lambda"] as const)(
  "into PostgreSQL with %s ingress the permissions used are the permissions granted",
  async (ingress) => {
    const stack = await playPostgresStack({ ...SMALL_DATABASE, ingress });
    try {
      const first = delivery();
      await stack.deliver(first, first, { ...first, body: Buffer.from("other content") });
      if (ingress === "lambda") await stack.deliver(delivery({ text: noise(300) }));
      const { retention_function_name: retention = "" } = stack.run.outputs;
      // By time on AWS; the migrations ran when the stack started.
      expect(await stack.run.lambda.invoke({ functionName: retention, event: {} })).toMatchObject({ kind: "answered" });

      expect(stack.run.refusedCalls).toEqual([]);
      const used = usedBy(stack);
      const unused = grantedBy(stack).filter((permission) => !used.has(permission));
      expect(unused.filter((permission) => !FOR_THE_SERVICE.test(permission))).toEqual(
        Object.keys(UNUSED_FOR_A_REASON).filter((permission) => grantedBy(stack).includes(permission)),
      );
    } finally {
      await stack.stop();
    }
  },
  60_000,
);

test.each([
  ["direct", "test-webhook-consume"],
  ["lambda", "test-webhook-publish"],
] as const)(
  "with %s ingress whoever verifies may read the sources' own secrets, and nothing beside them",
  async (ingress, role) => {
    const github = senderOf("github");
    const inManager = { ...senderOf("hooks"), secretName: "secretsmanager:webhook/test/hooks" };
    const { settings: hooks } = inManager;
    const sources = {
      github: github.settings,
      hooks: { ...hooks, signature: { ...hooks.signature, secrets: [inManager.secretName] } },
    };
    const settings = { ingress, consumer: { maximumConcurrency: 2, timeoutSeconds: 10 }, sources } as const;
    const stack = await playStack(settings, { secrets: secretsOf([github, inManager]) });
    try {
      for (const sender of [github, inManager]) {
        const { name, secret, otherSecret } = sender;
        const [honest, forged] = [secret, otherSecret].map((one) => sender.delivery("id", bodyOf(name, "id"), one));
        if (honest === undefined || forged === undefined) throw new Error("there must be two");
        // Forged first: the rejected record and its count need permissions as well.
        await stack.deliver(await forged, await honest);
      }
      expect(await keysOf(stack.run, "stored")).toEqual(["github#id", "hooks#id"]);
      expect(stack.run.refusedCalls).toEqual([]);
      const read = stack.run.endpoint.authorization.used.filter(({ action }) => /^(ssm|secretsmanager):/.test(action));
      expect(read).toEqual([
        { role, action: "ssm:GetParameter", resource: expect.stringMatching(/:parameter\/webhook\/test\/github$/) },
        {
          role,
          action: "secretsmanager:GetSecretValue",
          resource: expect.stringMatching(/:secret:webhook\/test\/hooks-\w{6}$/),
        },
      ]);
      const granted = resourcesOf(stack, /^(ssm|secretsmanager|kms):/);
      expect(granted).toEqual([
        expect.stringMatching(/:secret:webhook\/test\/hooks-\?{6}$/),
        expect.stringMatching(/:parameter\/webhook\/test\/github$/),
      ]);
    } finally {
      await stack.stop();
    }
  },
  60_000,
);

/** What the policies of all roles say of these actions. */
function resourcesOf({ run }: PlayedStack, actions: RegExp): readonly string[] {
  return statementsOf(run)
    .filter(({ Action }) => [Action].flat().some((action) => actions.test(action)))
    .flatMap(({ Resource }) => Resource)
    .sort();
}

function usedBy({ run }: PlayedStack): ReadonlySet<string> {
  return new Set(run.endpoint.authorization.used.map(({ role, action }) => `${role} ${action}`));
}

/** "role action" for each action in each policy of a role, as the synthesized stack says it. */
function grantedBy({ run }: PlayedStack): readonly string[] {
  return run.template.resources("aws_iam_role_policy").flatMap(({ properties: { role, policy } }) => {
    return statementsIn(policy)
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action }) => [Action].flat().map((action) => `${role} ${action}`));
  });
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

function statementsOf(run: PlayedStack["run"]): readonly Statement[] {
  return run.template.resources("aws_iam_role_policy").flatMap(({ properties }) => statementsIn(properties.policy));
}

function statementsIn(policy: unknown): readonly Statement[] {
  return (JSON.parse(String(policy)) as { Statement: readonly Statement[] }).Statement;
}
