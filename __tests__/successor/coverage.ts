/** What of the sources is in no synthesized stack: it was not compared. */

interface StackJson {
  readonly resource?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * @param imports such as "@cdktf/provider-aws/lib/sqs-queue"
 * @returns the resource types and data sources that they stand for and no stack has, such as "aws_sqs_queue"
 */
export function notSynthesized(imports: Iterable<string>, stacks: readonly StackJson[]): readonly string[] {
  const present = new Set(
    stacks.flatMap(({ resource = {}, data = {} }) => [
      ...Object.keys(resource),
      ...Object.keys(data).map((type) => `data.${type}`),
    ]),
  );
  const wanted = [...imports].flatMap((path) => {
    const [, provider = "", isData, name] = /provider-([^/]+)\/lib\/(data-)?(.+)$/.exec(path) ?? [];
    return name === undefined || name === "provider" ? [] : [typeOf(provider, name, isData !== undefined)];
  });
  return wanted.filter((type) => !present.has(type)).sort();
}

/** "sqs-queue" of aws is aws_sqs_queue; a data source's file has the provider's name already. */
function typeOf(provider: string, name: string, isData: boolean): string {
  const words = name.replaceAll("-", "_");
  const type = words.startsWith(`${provider}_`) ? words : `${provider}_${words}`;
  return isData ? `data.${type}` : type;
}
