import { isJsonObject } from "@patrix/api";
import type { Config } from "./config.ts";
import { isOpaquePath, isSecretPath } from "./schema.ts";

const HIDDEN = "(hidden)";

/**
 * Prints the effective configuration as YAML, without secrets: not what the schema marks as one, no text in settings whose form
 * it does not know, and of no URL the user, the password or a parameter that is named like a secret.
 */
export async function printConfig(config: Config): Promise<string> {
  const { default: yaml } = await import("yaml");
  return yaml.stringify(shown(config, []));
}

function shown(value: unknown, path: readonly string[]): unknown {
  if (value === undefined || value === null) return value;
  if (isSecretPath(path)) return Array.isArray(value) ? value.map(() => HIDDEN) : HIDDEN;
  if (Array.isArray(value)) return value.map((item) => shown(item, path));
  if (isJsonObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item, [...path, key])]));
  if (typeof value !== "string") return isOpaquePath(path) && typeof value !== "boolean" ? HIDDEN : value;
  return isOpaquePath(path) ? HIDDEN : withoutCredentials(value);
}

/** A text that may be a URL or a list of settings for a database, without what lets one in. */
function withoutCredentials(text: string): string {
  return text
    .replace(/^([\w+.-]+:\/\/)(?:([^:@/]*):)?.*@/s, (_, scheme: string, user: string | undefined) =>
      user === undefined ? `${scheme}${HIDDEN}@` : `${scheme}${user}:${HIDDEN}@`,
    )
    .replaceAll(/([\w-]*(?:pass|pwd|secret|token|key|credential|auth)[\w-]*=)('[^']*'|[^&\s]*)/gi, `$1${HIDDEN}`);
}
