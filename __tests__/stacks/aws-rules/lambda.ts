import { resource, resources } from "../synthesized";
import { type AwsRule, list, map, named, num, referred, str, within } from "./rule";

const FUNCTION = "aws_lambda_function.consumer_function";
const MAPPING = "aws_lambda_event_source_mapping.consumer_mapping";

/** Source: Lambda Developer Guide, runtimes; AWS provider 5.100.0 knows the first two. */
const RUNTIMES = ["nodejs20.x", "nodejs22.x", "nodejs24.x"];
/** Source: Lambda Developer Guide, reserved environment variables. */
const RESERVED_VARIABLES =
  /^(?:_HANDLER|_X_AMZN_TRACE_ID|AWS_(?:DEFAULT_REGION|REGION|EXECUTION_ENV|LAMBDA_.*|ACCESS_KEY(?:_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)|LAMBDA_(?:TASK_ROOT|RUNTIME_DIR))$/;

export const LAMBDA_RULES: readonly AwsRule[] = [
  {
    name: "a message stays hidden for six function timeouts and the window",
    source:
      "Lambda Developer Guide, configuring an SQS event source; below one timeout CreateEventSourceMapping refuses",
    problems: (stack) =>
      resources(stack, "aws_lambda_event_source_mapping").flatMap(({ address, properties }) => {
        const timeout = num(resource(stack, referred(properties.function_name) ?? "").timeout, 3);
        const least = 6 * timeout + num(properties.maximum_batching_window_in_seconds, 0);
        const queue = referred(properties.event_source_arn) ?? "";
        const visibility = num(resource(stack, queue).visibility_timeout_seconds, 30);
        return visibility >= least
          ? []
          : [`${address}: ${queue} hides messages for ${visibility} s, less than ${least} s`];
      }),
    breakIt: (stack) => {
      resource(stack, "aws_sqs_queue.events_queue").visibility_timeout_seconds = 20;
    },
    found: [`${MAPPING}: aws_sqs_queue.events_queue hides messages for 20 s, less than 180 s`],
  },
  {
    name: "a batch over 10 has a window",
    source: "Lambda API, CreateEventSourceMapping, BatchSize and MaximumBatchingWindowInSeconds",
    problems: (stack) =>
      resources(stack, "aws_lambda_event_source_mapping").flatMap(({ address, properties }) => {
        const window = num(properties.maximum_batching_window_in_seconds, 0);
        return [
          ...within(address, "batch_size", properties.batch_size, 1, 10_000),
          ...within(address, "maximum_batching_window_in_seconds", window, 0, 300),
          ...(num(properties.batch_size, 10) > 10 && window < 1
            ? [`${address}: batch_size ${num(properties.batch_size)} has no window`]
            : []),
        ];
      }),
    breakIt: (stack) => {
      resource(stack, MAPPING).batch_size = 5_000;
    },
    found: [`${MAPPING}: batch_size 5000 has no window`],
  },
  {
    name: "maximum concurrency is 2 to 1,000, and not over the function's reservation",
    source: "Lambda API, ScalingConfig; Lambda Developer Guide, maximum concurrency for SQS event sources",
    problems: (stack) =>
      resources(stack, "aws_lambda_event_source_mapping").flatMap(({ address, properties }) => {
        const maximum = map(properties.scaling_config).maximum_concurrency;
        const reserved = num(
          resource(stack, referred(properties.function_name) ?? "").reserved_concurrent_executions,
          1_000,
        );
        // One at a time: the mapping has no 1, see stacks/capacity.ts.
        const isOneAtATime = reserved === 1 && maximum === 2;
        return [
          ...within(address, "maximum_concurrency", maximum ?? null, 2, 1_000),
          ...(num(maximum) <= reserved || isOneAtATime
            ? []
            : [`${address}: maximum_concurrency ${num(maximum)} is over the reservation of ${reserved}`]),
        ];
      }),
    breakIt: (stack) => {
      resource(stack, MAPPING).scaling_config = { maximum_concurrency: 1 };
      resource(stack, FUNCTION).reserved_concurrent_executions = 0;
    },
    found: [
      `${MAPPING}: maximum_concurrency is 1, not 2–1000`,
      `${MAPPING}: maximum_concurrency 1 is over the reservation of 0`,
    ],
  },
  {
    name: "function name, memory, timeout, runtime and architecture are allowed",
    source: "Lambda API, CreateFunction; Lambda quotas",
    problems: (stack) =>
      resources(stack, "aws_lambda_function").flatMap((fn) => [
        ...named(fn, "function_name", /^[A-Za-z0-9_-]{1,64}$/),
        ...within(fn.address, "memory_size", fn.properties.memory_size, 128, 10_240),
        ...within(fn.address, "timeout", fn.properties.timeout, 1, 900),
        ...(RUNTIMES.includes(str(fn.properties.runtime))
          ? []
          : [`${fn.address}: there is no runtime ${str(fn.properties.runtime)}`]),
        ...list(fn.properties.architectures)
          .filter((architecture) => architecture !== "arm64" && architecture !== "x86_64")
          .map((architecture) => `${fn.address}: there is no architecture ${str(architecture)}`),
      ]),
    breakIt: (stack) => {
      Object.assign(resource(stack, FUNCTION), {
        function_name: "a b",
        memory_size: 64,
        timeout: 901,
        runtime: "nodejs23.x",
        architectures: ["arm"],
      });
    },
    found: [
      `${FUNCTION}: function_name is "a b", not ^[A-Za-z0-9_-]{1,64}$`,
      `${FUNCTION}: memory_size is 64, not 128–10240`,
      `${FUNCTION}: timeout is 901, not 1–900`,
      `${FUNCTION}: there is no runtime nodejs23.x`,
      `${FUNCTION}: there is no architecture arm`,
    ],
  },
  {
    name: "environment variables fit and are not reserved",
    source: "Lambda Developer Guide, environment variables; Lambda quotas: 4 KB together",
    problems: (stack) =>
      resources(stack, "aws_lambda_function").flatMap(({ address, properties }) => {
        const variables = Object.entries(map(map(properties.environment).variables));
        const bytes = Buffer.byteLength(JSON.stringify(Object.fromEntries(variables)));
        return [
          ...(bytes <= 4_096 ? [] : [`${address}: environment has ${bytes} bytes, over 4096`]),
          ...variables
            .filter(([name]) => !/^[A-Za-z][A-Za-z0-9_]+$/.test(name) || RESERVED_VARIABLES.test(name))
            .map(([name]) => `${address}: ${name} cannot be set`),
          ...variables
            .filter(([, value]) => typeof value !== "string")
            .map(([name]) => `${address}: ${name} is not text`),
        ];
      }),
    breakIt: (stack) => {
      resource(stack, FUNCTION).environment = {
        variables: { AWS_REGION: "x", _A: "y", LONG: "z".repeat(4_096), NUMBER: 3 },
      };
    },
    found: [
      `${FUNCTION}: environment has 4144 bytes, over 4096`,
      `${FUNCTION}: AWS_REGION cannot be set`,
      `${FUNCTION}: _A cannot be set`,
      `${FUNCTION}: NUMBER is not text`,
    ],
  },
  {
    name: "the code is in the stack's folder and the handler is in it",
    source: "Lambda Developer Guide, .zip deployment for Node.js; a remote run sees the stack's folder only",
    problems: (stack) =>
      resources(stack, "aws_lambda_function").flatMap(({ address, properties }) => {
        const archive = stack.data.archive_file?.[(referred(properties.filename) ?? "").split(".")[2] ?? ""] ?? {};
        const folder = str(archive.source_dir);
        const file = `${str(properties.handler).split(".")[0]}.js`;
        const source = folder === "" ? str(archive.source_file) : `${folder}/index.js`;
        return [
          ...(source.startsWith("/") || source.includes("..")
            ? [`${address}: ${source} is outside of the stack's folder`]
            : []),
          ...(source.endsWith(`/${file}`) && !list(archive.excludes).includes(file)
            ? []
            : [`${address}: handler ${str(properties.handler)} is not in ${source}`]),
          ...(archive.output_file_mode === "0644" ? [] : [`${address}: the zip's hash depends on the umask`]),
        ];
      }),
    breakIt: (stack) => {
      resource(stack, FUNCTION).handler = "main.handler";
      Object.assign(stack.data.archive_file?.consumer_bundle_archive ?? {}, {
        source_file: "/src/index.js",
        output_file_mode: "0600",
      });
    },
    found: [
      `${FUNCTION}: /src/index.js is outside of the stack's folder`,
      `${FUNCTION}: handler main.handler is not in /src/index.js`,
      `${FUNCTION}: the zip's hash depends on the umask`,
    ],
  },
];
