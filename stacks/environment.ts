/** Which of the environments in environments.ts is synthesized. */
import { environmentNameInvalid, environmentUnknown } from "./errors";
import { readSettings, type Settings } from "./settings";

/** Starts the name of every resource; without a hyphen no environment's names can start another's. */
const ENVIRONMENT_NAME = /^[a-z][a-z0-9]{0,19}$/;

/**
 * The environment that WEBHOOK_ENVIRONMENT asks for.
 * @throws UsageError where it does not exist, its name cannot be used, or it has mistakes.
 */
export function chooseEnvironment(
  environments: Readonly<Record<string, unknown>>,
  name: string,
): { readonly environment: string; readonly settings: Settings } {
  if (!Object.hasOwn(environments, name)) throw environmentUnknown(name, Object.keys(environments));
  if (!ENVIRONMENT_NAME.test(name)) throw environmentNameInvalid(name);
  return { environment: name, settings: readSettings(name, environments[name]) };
}
