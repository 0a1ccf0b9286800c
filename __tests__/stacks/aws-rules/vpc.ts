import { type Json, type Properties, resource, resources, type StackJson } from "../synthesized";
import { type AwsRule, list, many, map, named, num, referred, statements, str } from "./rule";

const CONSUMER = "aws_lambda_function.consumer_function";

const DESCRIPTION = /^[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/;

/** Functions in a VPC. */
const inVpc = (stack: StackJson) =>
  resources(stack, "aws_lambda_function").filter(({ properties }) => properties.vpc_config !== undefined);

/** First and last address of a network, as numbers. */
function range(cidr: Json | undefined): readonly [number, number] {
  const [address = "", prefix = ""] = str(cidr).split("/");
  const first = address.split(".").reduce((number, byte) => number * 256 + Number(byte), 0);
  return [first, first + 2 ** (32 - Number(prefix)) - 1];
}

const prefixOf = (cidr: Json | undefined): number => Number(str(cidr).split("/")[1]);

/** What a function's environment names that is reached by an AWS service's public endpoint. */
function calledServices(variables: Properties): string[] {
  return Object.keys(variables).filter((name) => /(?:SECRET_ARN|FUNCTION_NAME|QUEUE_URL|TABLE_NAME)$/.test(name));
}

/** Rules of one security group that open a port to something. */
function opens(stack: StackJson, type: string, group: string, port: number): Properties[] {
  return resources(stack, type)
    .map(({ properties }) => properties)
    .filter(
      ({ security_group_id, from_port, to_port }) =>
        referred(security_group_id) === group && num(from_port) <= port && port <= num(to_port),
    );
}

export const VPC_RULES: readonly AwsRule[] = [
  {
    name: "subnets lie in their network, and none in another",
    source: "VPC User Guide, VPC and subnet CIDR blocks: /16 to /28",
    breaks: "postgres",
    problems: (stack) => {
      const subnets = resources(stack, "aws_subnet");
      return [
        ...resources(stack, "aws_vpc").flatMap((vpc) => named(vpc, "cidr_block", /\/(?:1[6-9]|2[0-8])$/)),
        ...subnets.flatMap(({ address, properties }, i) => {
          const [first, last] = range(properties.cidr_block);
          const [networkFirst, networkLast] = range(resource(stack, referred(properties.vpc_id) ?? "").cidr_block);
          const over = subnets.slice(0, i).filter((other) => {
            const [otherFirst, otherLast] = range(other.properties.cidr_block);
            return first <= otherLast && otherFirst <= last;
          });
          return [
            ...(prefixOf(properties.cidr_block) <= 28 ? [] : [`${address}: is smaller than /28`]),
            ...(networkFirst <= first && last <= networkLast ? [] : [`${address}: lies outside of its VPC`]),
            ...over.map((other) => `${address}: overlaps ${other.address}`),
          ];
        }),
      ];
    },
    breakIt: (stack) => {
      resource(stack, "aws_vpc.network_vpc").cidr_block = "10.60.0.0/15";
      resource(stack, "aws_subnet.network_subnet-1").cidr_block = "10.59.0.0/29";
      resource(stack, "aws_subnet.network_subnet-2").cidr_block = "10.0.0.0/8";
    },
    found: [
      'aws_vpc.network_vpc: cidr_block is "10.60.0.0/15", not \\/(?:1[6-9]|2[0-8])$',
      "aws_subnet.network_subnet-1: is smaller than /28",
      "aws_subnet.network_subnet-1: lies outside of its VPC",
      "aws_subnet.network_subnet-2: lies outside of its VPC",
      "aws_subnet.network_subnet-2: overlaps aws_subnet.network_subnet-1",
    ],
  },
  {
    name: "names and descriptions of security groups are allowed",
    source: "EC2 API, CreateSecurityGroup (GroupName, GroupDescription) and IpRange (Description)",
    breaks: "postgres",
    problems: (stack) => [
      ...resources(stack, "aws_security_group").flatMap((group) => [
        ...named(group, "name", /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/),
        ...named(group, "description", DESCRIPTION),
      ]),
      ...["aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"]
        .flatMap((type) => resources(stack, type))
        .flatMap((rule) => named(rule, "description", DESCRIPTION)),
    ],
    breakIt: (stack) => {
      resource(stack, "aws_security_group.network_database").description = "The stack's database.";
    },
    found: [`aws_security_group.network_database: description is "The stack's database.", not ${DESCRIPTION.source}`],
  },
  {
    name: "a database's subnets are in two zones or more",
    source: "RDS User Guide, working with a DB instance in a VPC: DBSubnetGroupDoesNotCoverEnoughAZs",
    breaks: "postgres",
    problems: (stack) =>
      resources(stack, "aws_db_subnet_group").flatMap(({ address, properties }) => {
        const subnets = list(properties.subnet_ids);
        // Of a subnet that is not the stack's nobody knows the zone here.
        const zones = new Set(
          subnets.map((id) => {
            const subnet = referred(id);
            return subnet === undefined ? str(id) : str(resource(stack, subnet).availability_zone);
          }),
        );
        return zones.size >= 2 ? [] : [`${address}: has subnets in ${zones.size} zone`];
      }),
    breakIt: (stack) => {
      const [first, second] = ["1", "2"].map((n) => resource(stack, `aws_subnet.network_subnet-${n}`));
      Object.assign(second ?? {}, { availability_zone: first?.availability_zone });
    },
    found: ["aws_db_subnet_group.database_subnets: has subnets in 1 zone"],
  },
  {
    name: "the role of a function in a VPC may make its network interfaces before the function is made",
    source: "Lambda Developer Guide, giving functions access to a VPC: CreateFunction checks the role",
    breaks: "postgres",
    problems: (stack) =>
      inVpc(stack).flatMap(({ address, properties }) => {
        const policies = resources(stack, "aws_iam_role_policy").filter(
          (policy) => referred(policy.properties.role) === referred(properties.role),
        );
        const allowed = policies
          .flatMap((policy) => statements(policy.properties.policy))
          .filter(({ Effect, Resource }) => Effect === "Allow" && many(Resource).includes("*"))
          .flatMap(({ Action }) => many(Action));
        const missing = ["Create", "Describe", "Delete"]
          .flatMap((verb) => [`ec2:${verb}NetworkInterface${verb === "Describe" ? "s" : ""}`])
          .filter((action) => !allowed.includes(action));
        return [
          ...missing.map((action) => `${address}: its role may not ${action}`),
          ...(policies.some((policy) => list(properties.depends_on).includes(policy.address))
            ? []
            : [`${address}: can be made before its role has rights`]),
        ];
      }),
    breakIt: (stack) => {
      const policy = resource(stack, "aws_iam_role_policy.consumer_role-policy");
      policy.policy = String(policy.policy).replaceAll('"ec2:CreateNetworkInterface",', "");
      delete resource(stack, CONSUMER).depends_on;
    },
    found: [
      `${CONSUMER}: its role may not ec2:CreateNetworkInterface`,
      `${CONSUMER}: can be made before its role has rights`,
    ],
  },
  {
    name: "a function in a VPC without a way out calls no service by its public endpoint",
    source: "Lambda Developer Guide, internet access for VPC functions: none without a NAT gateway or an endpoint",
    breaks: "postgres",
    problems: (stack) =>
      inVpc(stack).flatMap(({ address, properties }) =>
        calledServices(map(map(properties.environment).variables)).map(
          (name) => `${address}: cannot reach what ${name} names`,
        ),
      ),
    breakIt: (stack) => {
      const { vpc_config } = resource(stack, CONSUMER);
      Object.assign(resource(stack, "aws_lambda_function.migrations_start_function"), { vpc_config });
    },
    found: [
      "aws_lambda_function.migrations_start_function: cannot reach what ADMINISTRATOR_SECRET_ARN names",
      "aws_lambda_function.migrations_start_function: cannot reach what MIGRATE_FUNCTION_NAME names",
    ],
  },
  {
    name: "a function that reads the bucket has a way to S3: a route, the endpoint's right, and its group's",
    source: "VPC User Guide, gateway endpoints for Amazon S3: routing, endpoint policies, security groups",
    breaks: "postgres",
    problems: (stack) =>
      inVpc(stack)
        .filter(({ properties }) => "BODIES_BUCKET_NAME" in map(map(properties.environment).variables))
        .flatMap(({ address, properties }) => {
          const { subnet_ids, security_group_ids } = map(properties.vpc_config);
          const own = list(subnet_ids).flatMap((id) => referred(id) ?? []);
          const endpoints = resources(stack, "aws_vpc_endpoint");
          const tables = endpoints.flatMap((e) => list(e.properties.route_table_ids).map((id) => referred(id)));
          const routed = resources(stack, "aws_route_table_association")
            .filter((a) => tables.includes(referred(a.properties.route_table_id)))
            .map((a) => referred(a.properties.subnet_id));
          const groups = list(security_group_ids).flatMap((id) => referred(id) ?? []);
          const out = groups.flatMap((group) => opens(stack, "aws_vpc_security_group_egress_rule", group, 443));
          return [
            ...own
              .filter((subnet) => !routed.includes(subnet))
              .map((subnet) => `${address}: no way to S3 from ${subnet}`),
            ...(groups.length === 0 || out.some(({ prefix_list_id }) => prefix_list_id !== undefined)
              ? []
              : [`${address}: its security group lets nothing out to S3`]),
          ];
        }),
    breakIt: (stack) => {
      delete stack.resource.aws_route_table_association?.["s3_routes-2"];
      resource(stack, "aws_vpc_security_group_egress_rule.s3_clients-to-s3").to_port = 442;
    },
    found: [
      `${CONSUMER}: no way to S3 from aws_subnet.network_subnet-2`,
      `${CONSUMER}: its security group lets nothing out to S3`,
    ],
  },
  {
    name: "a function that logs in reaches the database's port, by both groups",
    source: "RDS User Guide, controlling access with security groups; VPC User Guide, security group rules",
    breaks: "postgres",
    problems: (stack) =>
      resources(stack, "aws_db_instance").flatMap((database) => {
        const port = num(database.properties.port);
        const target = list(database.properties.vpc_security_group_ids).flatMap((id) => referred(id) ?? []);
        if (target.length === 0) return [];
        return inVpc(stack).flatMap(({ address, properties }) => {
          const own = list(map(properties.vpc_config).security_group_ids).flatMap((id) => referred(id) ?? []);
          const out = own.flatMap((group) => opens(stack, "aws_vpc_security_group_egress_rule", group, port));
          const into = target.flatMap((group) => opens(stack, "aws_vpc_security_group_ingress_rule", group, port));
          const isTo = ({ referenced_security_group_id: id }: Properties, groups: string[]) =>
            groups.includes(referred(id) ?? "");
          return [
            ...(out.some((rule) => isTo(rule, target))
              ? []
              : [`${address}: its group lets nothing out to port ${port}`]),
            ...(into.some((rule) => isTo(rule, own)) ? [] : [`${address}: ${database.address} lets it not in`]),
          ];
        });
      }),
    breakIt: (stack) => {
      delete stack.resource.aws_vpc_security_group_ingress_rule?.["network_database-from-clients"];
      delete stack.resource.aws_lambda_function?.retention_function;
      delete stack.resource.aws_lambda_function?.migrations_migrate_function;
    },
    found: [`${CONSUMER}: aws_db_instance.database_instance lets it not in`],
  },
];
