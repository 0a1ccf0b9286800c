/** What real plans endanger: each was made by Terraform, see __tests__/terraform/golden-cases.ts for what was changed. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { dangersOf, RULES } from "../../../operate/plan-summary/dangers/rules";
import { readPlan } from "../../../operate/plan-summary/read-plan";
import { summarize } from "../../../operate/plan-summary/summary";
import { golden, PLANS, planSummary } from "./plan-summary-command";

const names = readdirSync(PLANS).map((file) => basename(file, ".json"));
const read = (name: string) => readPlan(golden(name), readFileSync(golden(name)));

/** Such as "budget-changed aws_x.y: 20 → 40". */
function dangersIn(name: string): string[] {
  return dangersOf(read(name)).map(({ rule, address, items = [], before, after }) => {
    const details = [...items, ...(before === undefined ? [] : [`${before} → ${after}`])].join(", ");
    return `${rule} ${address}${details === "" ? "" : `: ${details}`}`;
  });
}

/** The SQL's hash is another with every version of the SQL. */
const MIGRATED =
  /^function-called aws_lambda_invocation\.migrations_invocation: \{"migrations":"\w{64}"\} → \{"migrations":"0123abcd"\}$/;

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "alarm-off": [
    "alarm-off aws_cloudwatch_metric_alarm.alarms_consumer-errors",
    "alarm-off aws_cloudwatch_metric_alarm.alarms_oldest-message-25-percent",
    "alarm-off aws_sns_topic_subscription.alarms_email",
  ],
  "api-replaced": [
    "url-lost aws_apigatewayv2_api.http_api",
    "url-lost aws_apigatewayv2_api_mapping.http_domain_mapping",
    "url-lost aws_apigatewayv2_stage.http_stage",
  ],
  "concurrency-changed": [
    "budget-changed aws_lambda_event_source_mapping.consumer_mapping: 20 → 40",
    "budget-changed aws_lambda_function.consumer_function: 30 → none",
  ],
  "connections-changed": [
    "budget-changed aws_db_instance.orders: db.t4g.small → db.t4g.micro",
    "budget-changed aws_db_parameter_group.orders: 100 → 60",
  ],
  "consumer-off": ["consumer-off aws_lambda_event_source_mapping.consumer_mapping"],
  "database-replaced": ["data-lost aws_db_instance.orders", "protection-off aws_db_instance.orders: true → false"],
  "domain-replaced": [
    "url-lost aws_apigatewayv2_api_mapping.http_domain_mapping",
    "url-lost aws_apigatewayv2_domain_name.http_domain_name: hooks.example.com → events.example.com",
    "url-lost aws_route53_record.http_domain_record: hooks.example.com → events.example.com",
  ],
  "engine-changed": ["engine-changed aws_db_instance.orders: 16.4 → 17.2"],
  "key-and-bucket-destroyed": ["data-lost aws_kms_key.orders", "data-lost aws_s3_bucket.invoices"],
  "moved-forgotten-and-one-of-many-destroyed": ['data-lost module.worker["print"].aws_sqs_queue.jobs'],
  "network-opened": ["open-to-everybody aws_vpc_security_group_ingress_rule.database: tcp 5432-5432 from 0.0.0.0/0"],
  "nothing-changes": [],
  "own-url-off": ["own-url-off aws_apigatewayv2_api.shop"],
  "policy-widened": [
    "policy-widened aws_iam_role.publisher_role: new principal: AWS arn:aws:iam::210987654321:root",
    "policy-widened aws_iam_role_policy.consumer_role-policy: new action: *, new resource: *",
    "policy-widened aws_iam_role_policy_attachment.more: new policy: arn:aws:iam::aws:policy/AdministratorAccess",
    "policy-widened aws_lambda_permission.ingress_permission: new principal: events.amazonaws.com",
    "policy-widened aws_sqs_queue_policy.events_queue-policy: new action: sqs:SendMessage, new principal: *, new resource: arn:aws:sqs:us-east-1:123456789012:golden-webhook-events, no longer denied: sqs:*",
  ],
  "protection-off": [
    "protection-off aws_dynamodb_table.sink_table: true → false",
    "protection-off aws_dynamodb_table.sink_table: true → false",
    "protection-off aws_dynamodb_table.sink_table: true → false",
    "protection-off aws_s3_bucket_public_access_block.bodies_public-access: true → false",
    "protection-off aws_s3_bucket_server_side_encryption_configuration.bodies_encryption",
    "protection-off aws_sqs_queue.events_queue: true → false",
  ],
  "queue-replaced": [
    "data-lost aws_sqs_queue.events_queue",
    "policy-widened aws_iam_role_policy.consumer_role-policy",
    "policy-widened aws_iam_role_policy.publisher_role-policy",
    "policy-widened aws_sqs_queue_policy.events_queue-policy",
  ],
  "redrive-weakened": ["redrive-weakened aws_sqs_queue.events_queue: 45 → 3"],
  "retention-shortened": [
    "retention-shortened aws_cloudwatch_log_group.consumer_log-group: 30 → 7",
    "retention-shortened aws_lambda_function.consumer_function: 365 → 30",
    "retention-shortened aws_s3_bucket_lifecycle_configuration.bodies_lifecycle: inflight/, 35 → 3",
    "retention-shortened aws_sqs_queue.events_queue: 1209600 → 345600",
  ],
  "route-lost": ["route-lost aws_apigatewayv2_route.ingress_route-default: $default → none"],
  "runtime-changed": ["runtime-changed aws_lambda_function.consumer_function: nodejs22.x → nodejs20.x"],
  "secret-changed": [],
  "sink-budget-changed": [
    "budget-changed aws_db_parameter_group.database_parameters: 200 → 120",
    "budget-changed aws_lambda_event_source_mapping.consumer_mapping: 5 → 7",
    "budget-changed aws_lambda_function.migrations_migrate_function: 18 → 14",
    expect.stringMatching(MIGRATED),
  ],
  "sink-database-replaced": [
    "data-lost aws_db_instance.database_instance",
    // The server's resource id is in each.
    "policy-widened aws_iam_role_policy.consumer_role-policy",
    "policy-widened aws_iam_role_policy.migrations_migrate_role-policy",
    "policy-widened aws_iam_role_policy.migrations_start_role-policy",
    "policy-widened aws_iam_role_policy.retention_role-policy",
    "function-called aws_lambda_invocation.migrations_invocation",
  ],
  "sink-engine-changed": [
    "engine-changed aws_db_instance.database_instance: 17 → 18",
    "restarted-at-once aws_db_instance.database_instance: engine_version, parameter_group_name",
  ],
  "sink-network-opened": [
    "open-to-everybody aws_vpc_security_group_ingress_rule.everybody: tcp 5432-5432 from 0.0.0.0/0",
    "way-in aws_vpc_security_group_ingress_rule.network_database-from-clients: tcp 5432-5432 from sg-0123456789abcdef0",
    "way-in aws_vpc_security_group_ingress_rule.office: tcp 5432-5432 from 192.0.2.0/24",
  ],
  "sink-nothing-changes": [],
  "sink-protection-off": [
    "protection-off aws_db_instance.database_instance: true → false",
    "protection-off aws_db_instance.database_instance: false → true",
    "protection-off aws_db_instance.database_instance: true → false",
    "protection-off aws_db_instance.database_instance: true → false",
    "protection-off aws_db_instance.database_instance: false → true",
    "protection-off aws_db_parameter_group.database_parameters: 1 → 0",
    "retention-shortened aws_db_instance.database_instance: 7 → 1",
  ],
  "sink-retention-changed": [
    "retention-shortened aws_lambda_function.retention_function: 365 → 30",
    "schedule-off aws_cloudwatch_event_rule.retention_schedule",
  ],
  "sink-throttle-removed": [
    "budget-changed aws_lambda_event_source_mapping.consumer_mapping: 5 → none",
    "budget-changed aws_lambda_function.consumer_function: 8 → none",
    "budget-changed aws_lambda_function.migrations_migrate_function: 18 → none",
    expect.stringMatching(MIGRATED),
  ],
  "sink-ways-closed": [
    "way-closed aws_vpc_endpoint.s3_endpoint",
    "way-closed aws_vpc_security_group_egress_rule.network_clients-to-database",
    "way-closed aws_vpc_security_group_egress_rule.s3_clients-to-s3",
  ],
  "stack-destroyed": [
    "data-lost aws_db_instance.orders",
    "data-lost aws_kms_key.orders",
    "data-lost aws_s3_bucket.invoices",
    'data-lost module.worker["mail"].aws_sqs_queue.jobs',
    'data-lost module.worker["print"].aws_sqs_queue.jobs',
    "url-lost aws_apigatewayv2_api.shop",
  ],
  "stage-replaced": ["url-lost aws_apigatewayv2_stage.http_stage"],
  "table-replaced": [
    "data-lost aws_dynamodb_table.sink_table",
    "policy-widened aws_iam_role_policy.consumer_role-policy",
  ],
  "throttle-lowered": [
    "throttle-changed aws_apigatewayv2_stage.http_stage: 500 a second, 1000 at once → 50 a second, 1000 at once",
  ],
  "throttle-removed": ["throttle-changed aws_apigatewayv2_stage.http_stage: 500 a second, 1000 at once → none"],
};

test.each(names)("%s endangers exactly that", (name) => {
  expect(dangersIn(name)).toEqual(EXPECTED[name]);
});

test("every rule finds its danger in a real plan", () => {
  const found = new Set(names.flatMap((name) => dangersOf(read(name)).map(({ rule }) => rule)));
  expect(RULES.map(({ id }) => id).filter((id) => !found.has(id))).toEqual([]);
});

test.each([
  ["nothing-changes", { destroy: 0, replace: 0, update: 0, create: 0, forget: 0, move: 0 }],
  ["table-replaced", { destroy: 0, replace: 1, update: 1, create: 0, forget: 0, move: 0 }],
  ["api-replaced", { destroy: 0, replace: 6, update: 0, create: 0, forget: 0, move: 0 }],
  ["moved-forgotten-and-one-of-many-destroyed", { destroy: 1, replace: 0, update: 0, create: 0, forget: 1, move: 1 }],
  ["stack-destroyed", { destroy: 12, replace: 0, update: 0, create: 0, forget: 0, move: 0 }],
])("%s: what is done is counted", (name, counts) => {
  const [stack] = summarize([read(name)]).stacks;
  const counted = Object.entries(stack?.changes ?? {}).map(([action, changes]) => [action, changes.length]);
  expect(Object.fromEntries(counted)).toEqual(counts);
});

test("what forces a replacement is said, and what a resource was called", async () => {
  expect((await planSummary(golden("table-replaced"))).stdout).toContain(
    "- `aws_dynamodb_table.sink_table`, because of `hash_key`\n",
  );
  expect((await planSummary(golden("moved-forgotten-and-one-of-many-destroyed"))).stdout).toContain(
    "- `aws_iam_role.cashier`, until now `aws_iam_role.clerk`",
  );
});

test("several plans are one summary, each under its file's name", async () => {
  const { exitCode, stdout } = await planSummary(golden("consumer-off"), golden("nothing-changes"));
  expect(exitCode).toBe(0);
  expect(stdout.split("\n").slice(0, 5)).toEqual([
    "<!-- plan-summary -->",
    "## 1 danger in 2 plans",
    "",
    "> [!CAUTION]",
    "> - **The event source mapping is disabled: nothing is consumed any more. Events wait in the queue, and are deleted when its retention is over.** `consumer-off` `aws_lambda_event_source_mapping.consumer_mapping`",
  ]);
  expect(stdout).toContain("\n### `nothing-changes`: nothing changes\n");
});

test("as JSON, the same can be read by a program", async () => {
  const { exitCode, stdout } = await planSummary("--json", golden("runtime-changed"));
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    dangers: 1,
    versions: [],
    stacks: [
      {
        name: "runtime-changed",
        hasErrors: false,
        hasChanges: true,
        counts: { update: 1 },
        dangers: [
          {
            rule: "runtime-changed",
            address: "aws_lambda_function.consumer_function",
            says: "The function's runtime changes.",
            before: "nodejs22.x",
            after: "nodejs20.x",
          },
        ],
        changes: [{ address: "aws_lambda_function.consumer_function", action: "update" }],
      },
    ],
  });
});

test.each([
  ["table-replaced", ["--fail-on-danger"], 2],
  ["table-replaced", [], 0],
  ["nothing-changes", ["--fail-on-danger"], 0],
  ["secret-changed", ["--fail-on-danger", "--json"], 0],
])("%s with %j exits with %d", async (name, options, expected) => {
  expect((await planSummary(golden(name), ...options)).exitCode).toBe(expected);
});

test.each(names)("%s is kept small", (name) => {
  expect(statSync(join(PLANS, `${name}.json`)).size).toBeLessThan(60_000);
});
