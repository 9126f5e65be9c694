import { readFileSync } from "node:fs";
import { isJsonObject, type JsonObject, nearestName } from "@patrix/api";
import * as z from "zod/mini";
import type { Config } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { parseSettings } from "./parse-settings.ts";
import { ConfigSchema, isTextKey, knownKeys } from "./schema.ts";

/** Where configuration comes from besides a file. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration: the file (YAML or JSON) if one is given, then `PATRIX_…` from the environment.
 * Without a file registration is open, as `patrix serve` on a laptop needs it.
 *
 * @throws {ConfigError}
 */
export async function loadConfig(path?: string, environment: Environment = {}): Promise<Config> {
  const settings = path === undefined ? { registration: { enabled: true } } : await readSettings(path);
  applyEnvironment(settings, environment);
  return parseConfig(settings);
}

/** Checks settings and fills in the defaults. @throws {ConfigError} `INVALID`, naming every wrong key. */
export function parseConfig(settings: unknown): Config {
  const result = z.safeParse(ConfigSchema, settings);
  if (!result.success) throw new ConfigError("INVALID", result.error.issues.map(explain).join("\n"));
  const config = result.data;
  if (config.passwords.cost === "fast" && !config.testing)
    throw new ConfigError("INVALID", `passwords.cost: "fast" is for tests, and needs testing: true`);
  return config;
}

async function readSettings(path: string): Promise<JsonObject> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError("NOT_READABLE", `the config file ${path} cannot be read`, error);
  }
  const settings = await parseSettings(text, `the config file ${path}`);
  if (settings === null) return {};
  if (!isJsonObject(settings)) throw new ConfigError("INVALID", `the config file ${path} must hold an object`);
  return settings;
}

/**
 * Sets `a.b` to the value of `PATRIX_A__B`; a value that is JSON is read as JSON where the key does not hold text.
 * Variables that are like no key are left alone: platforms set some of their own, as `PATRIX_SERVICE_HOST`.
 *
 * @throws {ConfigError} `INVALID` for a variable that is nearly a key.
 */
function applyEnvironment(settings: JsonObject, environment: Environment): void {
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || !name.startsWith("PATRIX_")) continue;
    const path = name.slice("PATRIX_".length).toLowerCase().split("__");
    const [first = ""] = path;
    const keys = knownKeys([]);
    if (!keys.includes(first)) {
      const near = nearestName(first, keys);
      if (near === undefined) continue;
      throw new ConfigError("INVALID", `${name}: there is no such key; did you mean PATRIX_${near.toUpperCase()}?`);
    }
    const text = isTextKey(path);
    const last = path.pop() ?? "";
    let target = settings;
    for (const step of path) {
      const next = Object.hasOwn(target, step) ? target[step] : undefined;
      target = isJsonObject(next) ? next : define(target, step, {});
    }
    define(target, last, text ? value : readValue(value));
  }
}

function define<T>(target: JsonObject, key: string, value: T): T {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  return value;
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function explain(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join(".");
  if (issue.code !== "unrecognized_keys") return `${path || "the config"}: ${issue.message}`;
  const known = knownKeys(issue.path);
  return issue.keys
    .map((key) => {
      const near = nearestName(key, known);
      return `${path ? `${path}.` : ""}${key}: there is no such key${near === undefined ? "" : `; did you mean ${near}?`}`;
    })
    .join("\n");
}
