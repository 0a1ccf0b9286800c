/** Whether the local run can play what a stack says: by type and argument, refused or stated, never passed over. */
import { propertyUnknown, resourceTypeUnknown } from "./errors";
import { DESCRIPTIVE, RESOURCE_TYPES, type ResourceType } from "./resource-types";
import { type Block, isRecord } from "./terraform-json";

/** @throws LocalRunError naming the type or argument that is not known */
export function checkArguments(block: Block): void {
  const type = typeOf(block);
  if (type.notPlayed !== undefined) return;
  const known = [...type.played, ...Object.keys(type.withoutEffect ?? {})];
  for (const path of Object.entries(block.arguments).flatMap(([name, value]) => pathsOf(name, value, known))) {
    if (!known.includes(path)) throw propertyUnknown(block.address, path, known);
  }
}

/** A line for each type and each argument without an effect, however many resources have it. */
export function notPlayedLines(blocks: readonly Block[]): readonly string[] {
  const lines = new Map<string, { count: number; reason: string }>();
  const add = (subject: string, reason: string) => {
    lines.set(subject, { count: (lines.get(subject)?.count ?? 0) + 1, reason });
  };
  for (const block of blocks) {
    const { notPlayed, withoutEffect = {} } = typeOf(block);
    if (notPlayed !== undefined) add(block.type, notPlayed);
    else
      for (const path of Object.entries(block.arguments).flatMap(([name, value]) =>
        pathsOf(name, value, Object.keys(withoutEffect)),
      )) {
        const reason = withoutEffect[path];
        if (reason !== undefined) add(`${block.type} ${path}`, reason);
      }
  }
  return [...lines].map(([subject, { count, reason }]) => `${subject}${count > 1 ? ` (${count})` : ""}: ${reason}`);
}

function typeOf(block: Block): ResourceType {
  const type = Object.hasOwn(RESOURCE_TYPES, block.type) ? RESOURCE_TYPES[block.type] : undefined;
  if (type === undefined) throw resourceTypeUnknown(block.address, Object.keys(RESOURCE_TYPES));
  return type;
}

/** The paths an argument sets: itself, or those inside it where `known` has a path that goes into it. */
function pathsOf(name: string, value: unknown, known: readonly string[]): string[] {
  if ((DESCRIPTIVE as readonly string[]).includes(name) || value === null) return [];
  if (known.includes(name) || !known.some((path) => path.startsWith(`${name}.`))) return [name];
  const blocks = (Array.isArray(value) ? value : [value]) as unknown[];
  const members = blocks.flatMap((block) => (isRecord(block) ? Object.entries(block) : []));
  return [...new Set(members.filter(([, member]) => member !== null).map(([member]) => `${name}.${member}`))];
}
