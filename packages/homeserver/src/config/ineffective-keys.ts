import { isJsonObject } from "@patrix/api";
import type { Config } from "./config.ts";
import { parseConfig } from "./load-config.ts";

/** Keys that are accepted and whose feature is still to come, as paths. */
const comingKeys: readonly string[] = [
  "app_service_files",
  "auto_join_rooms",
  "cas",
  "cluster.bus",
  "device_names_over_federation",
  "federation.allow",
  "federation.allow_private_targets",
  "federation.deny",
  "federation.enabled",
  "federation.trusted_ca_path",
  "federation.trusted_key_servers",
  "media.remote_max_size",
  "media.url_previews",
  "metrics",
  "oidc",
  "old_signing_keys",
  "presence",
  "public_rooms",
  "push",
  "recaptcha",
  "retention",
  "server_notices",
  "signing_key_path",
  "smtp",
  "terms",
  "tracing",
  "turn",
  "user_directory",
  "well_known.server",
];

/** The keys of a configuration that differ from their default and have no effect yet. */
export function ineffectiveKeys(config: Config): string[] {
  const defaults = parseConfig({});
  return comingKeys.filter((path) => JSON.stringify(valueAt(config, path)) !== JSON.stringify(valueAt(defaults, path)));
}

function valueAt(config: unknown, path: string): unknown {
  return path.split(".").reduce((value: unknown, key) => (isJsonObject(value) ? value[key] : undefined), config);
}
