import { isJsonObject } from "@patrix/api";
import type { Config } from "./config.ts";
import { parseConfig } from "./load-config.ts";

/** Keys that are accepted and have no effect yet, as paths. */
const comingKeys: readonly string[] = ["cas", "cluster.bus", "oidc", "push", "recaptcha", "smtp", "terms", "tracing"];

/**
 * What an administrator should know of a configuration that is valid: keys without effect, features that it promises
 * and the server does not have, and registration that is open to anyone. One line each.
 */
export function configWarnings(config: Config): string[] {
  const defaults = parseConfig({});
  const differs = (path: string): boolean => JSON.stringify(valueAt(config, path)) !== JSON.stringify(valueAt(defaults, path));
  const warnings = comingKeys.filter(differs).map((path) => `${path} is set, but its feature is still to come`);
  if (config.metrics && !config.listeners.some(({ resources }) => resources?.includes("metrics") === true))
    warnings.push("metrics is set, and no listener names metrics among its resources: nobody can read them");
  const { enabled, tokens_required: needToken } = config.registration;
  if (enabled && !needToken && !config.testing) warnings.push("registration is open: anyone who reaches this server can make an account");
  return warnings;
}

function valueAt(config: unknown, path: string): unknown {
  return path.split(".").reduce((value: unknown, key) => (isJsonObject(value) ? value[key] : undefined), config);
}
