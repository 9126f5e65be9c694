import { readFileSync } from "node:fs";
import { checkRegistration, type Registration } from "@patrix/appservice-api";
import type { AppserviceRegistration } from "../appservice/appservices.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { parseSettings } from "./parse-settings.ts";

/** A registration and the file that it stands in. */
interface RegistrationFile {
  readonly path: string;
  readonly registration: AppserviceRegistration;
}

/**
 * Reads the registration files of application services, YAML or JSON.
 *
 * @throws {ConfigError} `NOT_READABLE`, `NOT_PARSEABLE`, or `INVALID`, naming the file, the field and the rule, and never a token.
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#registration}
 */
export async function loadRegistrations(config: Pick<Config, "app_service_files" | "server_name">): Promise<AppserviceRegistration[]> {
  const files: RegistrationFile[] = [];
  const problems: string[] = [];
  for (const path of config.app_service_files) {
    const checked = checkRegistration(await read(path), config.server_name);
    if (checked.ok) files.push({ path, registration: checked.registration });
    else problems.push(...checked.problems.map((problem) => `${path}: ${problem}`));
  }
  problems.push(...conflicts(files));
  if (problems.length > 0) throw new ConfigError("INVALID", problems.join("\n"));
  return files.map(({ registration }) => registration);
}

async function read(path: string): Promise<unknown> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError("NOT_READABLE", `the registration file ${path} cannot be read`, error);
  }
  return parseSettings(text, `the registration file ${path}`);
}

/** What may stand in one file only. */
function conflicts(files: readonly RegistrationFile[]): string[] {
  const found: string[] = [];
  const first = new Map<string, string>();
  for (const { path, registration } of files) {
    const once: (readonly [what: string, value: string])[] = [
      ["id", registration.id],
      ["as_token", registration.as_token],
      ["sender_localpart", registration.sender_localpart],
      ...exclusive(registration),
    ];
    for (const [what, value] of once) {
      const key = `${what} ${value}`;
      const other = first.get(key);
      if (other === undefined) first.set(key, path);
      else found.push(`${path}: ${what}: it is the same as in ${other}`);
    }
  }
  return found;
}

/** The patterns that nobody else may have. A file may repeat its own. */
function exclusive({ namespaces }: Registration): (readonly [what: string, value: string])[] {
  const kinds = ["users", "aliases", "rooms"] as const;
  return kinds.flatMap((kind) => {
    const patterns = (namespaces[kind] ?? []).flatMap(({ regex, exclusive: isExclusive }) => (isExclusive ? [regex] : []));
    return [...new Set(patterns)].map((regex) => [`namespaces.${kind}: the exclusive pattern ${regex}`, regex] as const);
  });
}
