import { databaseSettings } from "../../local/database-settings";
import { databaseUnreachable, serviceUnreachable } from "../../local/security-groups";
import { type DatabaseStack, databaseStack, playDatabaseStack } from "./database-stack";
import { ORIGINS, templateOf } from "./written-stack";

const CLIENTS = "${aws_security_group.clients.id}";

function read(written: DatabaseStack) {
  const origins = { ...ORIGINS, database: { host: "localhost", port: 60_001 } };
  const template = templateOf(databaseStack({ functions: { consume: "" }, ...written }), origins);
  return { template, lambda: template.resource("aws_lambda_function.consume") };
}
function why(written: DatabaseStack): string | undefined {
  const { template, lambda } = read(written);
  const settings = databaseSettings(template);
  if (settings === undefined) throw new Error("The stack has no database.");
  return databaseUnreachable(lambda, settings, template);
}

const NO_EGRESS = "no egress rule of its security group allows TCP port 5432 to the database's";
const NO_INGRESS = "no ingress rule of the database's security group allows TCP port 5432 from the function's";

test.each<[string, DatabaseStack]>([
  ["rules name each other's group", {}],
  ["rules name the VPC's addresses", { egress: { referenced_security_group_id: null, cidr_ipv4: "10.60.0.0/16" } }],
  [
    "a rule allows everything",
    {
      egress: {
        referenced_security_group_id: null,
        cidr_ipv4: "0.0.0.0/0",
        ip_protocol: "-1",
        from_port: undefined,
        to_port: undefined,
      },
    },
  ],
  ["the port is within a range", { ingress: { from_port: 5000, to_port: 6000 } }],
])("the database is reached when %s", (_, written) => {
  expect(why(written)).toBeUndefined();
});

test.each<[string, DatabaseStack, string]>([
  [
    "the function is in no VPC",
    { vpcConfig: null },
    "the function is outside of the VPC (it has no vpc_config), and the database has no public address",
  ],
  ["egress is to another port", { egress: { from_port: 5433, to_port: 5433 } }, NO_EGRESS],
  ["egress is to another group", { egress: { referenced_security_group_id: CLIENTS } }, NO_EGRESS],
  ["egress is of another group", { egress: { security_group_id: "sg-other" } }, NO_EGRESS],
  [
    "egress is to other addresses",
    { egress: { referenced_security_group_id: null, cidr_ipv4: "10.61.0.0/16" } },
    NO_EGRESS,
  ],
  ["egress is by UDP", { egress: { ip_protocol: "udp" } }, NO_EGRESS],
  ["ingress is from another group", { ingress: { referenced_security_group_id: "sg-other" } }, NO_INGRESS],
  ["ingress is to another port", { ingress: { from_port: 80, to_port: 443 } }, NO_INGRESS],
])("the database is out of reach when %s", (_, written, reason) => {
  expect(why(written)).toBe(reason);
});

const ENDPOINT = {
  vpc_id: "${aws_vpc.network.id}",
  service_name: "com.amazonaws.us-east-1.s3",
  vpc_endpoint_type: "Gateway",
};
const ENDPOINTS = { aws_vpc_endpoint: { s3: ENDPOINT } };
const TO_S3 = {
  referenced_security_group_id: null,
  prefix_list_id: "${aws_vpc_endpoint.s3.prefix_list_id}",
  from_port: 443,
  to_port: 443,
};

test.each<[string, string, DatabaseStack, string | undefined]>([
  ["s3", "through its endpoint", { more: ENDPOINTS, egress: TO_S3 }, undefined],
  ["sqs", "from outside of the VPC", { vpcConfig: null }, undefined],
  ["s3", "without an endpoint", {}, "the VPC has no way out and no endpoint of s3"],
  [
    "sqs",
    "with the endpoint of another",
    { more: ENDPOINTS, egress: TO_S3 },
    "the VPC has no way out and no endpoint of sqs",
  ],
  [
    "s3",
    "with an endpoint and no egress to it",
    { more: ENDPOINTS },
    "no egress rule of its security group allows TCP port 443 to the endpoint",
  ],
])("%s is called %s", (service, _, written, reason) => {
  const { template, lambda } = read(written);
  expect(serviceUnreachable(lambda, service, template)).toBe(reason);
});

test("a function that the security groups keep from the database is told so at once, and the log has the reason", async () => {
  const { run, invoke, lines } = await playDatabaseStack({
    functions: { consume: "await openDatabase().catch((error) => { throw new Error(error.code); });" },
    ingress: { from_port: 80, to_port: 80 },
  });
  try {
    expect(await invoke("consume")).toEqual({ kind: "failed", reason: "Error: ETIMEDOUT" });
    expect(lines).toContainEqual(
      expect.stringContaining(`${NO_INGRESS}. On AWS the connection times out. [LOCAL_DATABASE_UNREACHABLE]`),
    );
  } finally {
    await run.stop();
  }
});
