import { stringify } from "yaml";
import type { Config } from "./config.ts";

const SECRET = /secret|password|token(?!s_required)|private|pass$|client_key/i;
const PLAIN = new Set(["passwords", "tokens_required"]);

/** Prints the effective configuration as YAML, with secrets and the password of the database URL hidden. */
export function printConfig(config: Config): string {
  const hidden: unknown = JSON.parse(JSON.stringify(config), (key, value: unknown) => {
    if (SECRET.test(key) && !PLAIN.has(key) && value !== null && !(Array.isArray(value) && value.length === 0)) return "(hidden)";
    return typeof value === "string" ? value.replace(/^(\w+:\/\/[^:/@]*):[^@]*@/, "$1:(hidden)@") : value;
  });
  return stringify(hidden);
}
